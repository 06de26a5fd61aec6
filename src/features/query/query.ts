import type { ReadQuery } from '../../database/database.ts'
import { parameterNames } from '../../database/sql-text.ts'
import { ok, type Result } from '../../result.ts'
import { isMagic, type MagicValues } from './magic-parameters.ts'

/** A statement of somebody's with the values that it is to run with. */
export type AskedQuery = Pick<ReadQuery, 'sql'> & {
  /** Values by parameter from the address, in the order in which they are asked for. All are text. */
  readonly params: Readonly<Record<string, string>>
  /** Values that nobody sets from outside; the failure, to be shown, is why the statement cannot run. */
  readonly magic: Result<MagicValues, string>
}

/** Stored queries say more of themselves than their SQL. */
export type AskedOptions = {
  /** The parameters that come before the others; what the statement does not have is left out. */
  readonly first?: readonly string[]
  readonly magic?: AskedQuery['magic']
}

/**
 * Fills the named parameters of a statement from the address; one that is not there is empty (host.md §9.8).
 *
 * Names that begin with `_` are not filled from there, and without a value of their own the statement fails for the
 * want of them: they stand for facts about the reader, which nobody may set from outside.
 */
export function askedQuery(
  sql: string,
  query: URLSearchParams,
  { first = [], magic = ok({}) }: AskedOptions = {},
): AskedQuery {
  const names = new Set(ordinaryParameters(sql))
  const ordered = new Set([...first.filter((name) => names.has(name)), ...names])
  return { sql, params: Object.fromEntries([...ordered].map((name) => [name, query.get(name) ?? ''])), magic }
}

/** Whether a statement runs with values of its own, so that its answer is for this request alone. */
export function usesMagic({ magic }: AskedQuery): boolean {
  return !magic.ok || Object.keys(magic.value).length > 0
}

/** The parameters of a statement that the one who asks fills in, in order. */
export function ordinaryParameters(sql: string): readonly string[] {
  return parameterNames(sql).filter((name) => !isMagic(name))
}
