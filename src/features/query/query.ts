import type { ReadQuery } from '../../database/database.ts'
import { parameterNames } from '../../database/sql-text.ts'

/** A statement of somebody's with the values that the address gives it. */
export type AskedQuery = Pick<ReadQuery, 'sql'> & {
  /** Values by parameter, in the order of the statement. All are text. */
  readonly params: Readonly<Record<string, string>>
}

/**
 * Fills the named parameters of a statement from the address; one that is not there is empty (host.md §9.8).
 *
 * Names that begin with `_` are not filled, and the statement fails for the want of them: they stand for facts
 * about the reader in stored queries, which nobody may set from outside.
 */
export function askedQuery(sql: string, query: URLSearchParams): AskedQuery {
  const names = parameterNames(sql).filter((name) => !name.startsWith('_'))
  return { sql, params: Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) }
}
