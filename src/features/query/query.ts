import type { ReadQuery } from '../../database/database.ts'
import { parameterNames } from '../../database/sql-text.ts'

/** A statement of somebody's with the values that the address gives it. */
export type AskedQuery = Pick<ReadQuery, 'sql'> & {
  /** Values by parameter, in the order in which they are asked for. All are text. */
  readonly params: Readonly<Record<string, string>>
}

/**
 * Fills the named parameters of a statement from the address; one that is not there is empty (host.md §9.8).
 *
 * Names that begin with `_` are not filled, and the statement fails for the want of them: they stand for facts
 * about the reader in stored queries, which nobody may set from outside.
 *
 * `first` is the parameters that come before the others; what the statement does not have is left out.
 */
export function askedQuery(sql: string, query: URLSearchParams, first: readonly string[] = []): AskedQuery {
  const names = parameterNames(sql).filter((name) => !name.startsWith('_'))
  const ordered = new Set([...first.filter((name) => names.includes(name)), ...names])
  return { sql, params: Object.fromEntries([...ordered].map((name) => [name, query.get(name) ?? ''])) }
}
