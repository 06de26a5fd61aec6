import type { Actor } from '../auth/actor.ts'
import type { Database, JudgedAnswer, WriteFailure } from '../database/database.ts'
import type { Operation } from '../database/operation.ts'
import { parameterNames, sqlTokens } from '../database/sql-text.ts'
import type { SqlParams } from '../database/values.ts'
import { HttpError } from '../http/http-error.ts'
import { fail, ok, type Result } from '../result.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { isWrite, judgeOperations, type JudgedOperation } from './sql-rights.ts'

type Deps = Pick<FeatureDeps, 'config' | 'permissions' | 'settings'>

/** A statement of somebody's that may change data, and who wants to run it. */
export type AskedSql = {
  readonly actor: Actor | null
  readonly database: Database
  readonly sql: string
}

/** Returned rows that an answer has at most (host.md §10.8). */
const MAX_RETURNED = 10

/** Why SQL that only reads is not run as SQL that writes. */
const ONLY_READS = 'Use /-/query for read-only SQL; this endpoint only executes writes'

/** What a statement would do, with a verdict on each part; the failure is why SQLite would not even begin. */
export async function analyzeSql(
  deps: Deps,
  { actor, database, sql }: AskedSql,
): Promise<Result<readonly JudgedOperation[], WriteFailure>> {
  const params = Object.fromEntries(parameterNames(sql).map((name) => [name, '']))
  const statement = { sql, params, maxRows: 0, timeLimitMs: deps.settings.sql_time_limit_ms }
  const judge = (answer: JudgedAnswer) =>
    judgeOperations(deps, actor, database, sql, answer.kind === 'analyzed' ? answer.operations : [])

  const prepared = await database.run({ ...statement, may: null })
  if (!prepared.ok) return prepared
  const judged = judge(prepared.value)
  if (refusalOf(sql, judged) !== null) return ok(judged)
  const may = judged.map(({ operation }) => operation)
  const tried = await database.run({ ...statement, may, isTrial: true })
  return tried.ok ? ok(judge(tried.value)) : tried
}

/** What is said when a statement has run; `count` is the number of rows that it changed, null where that is no question (host.md §10.8). */
export function executedMessage(count: number | null): string {
  return count === null ? 'Query executed' : `Query executed, ${count} row${count === 1 ? '' : 's'} affected`
}

/** What became of a statement that was run. */
export type RanSql = Extract<JudgedAnswer, { kind: 'ran' }> & { readonly judged: readonly JudgedOperation[] }

/**
 * Runs a statement if the actor has the right to everything that it does; throws the refusal otherwise. The database compares what it
 * does with what was judged in the transaction itself. The failure is why it did not work.
 */
export async function runSql(
  deps: Deps,
  { actor, database, sql }: AskedSql,
  params: SqlParams,
  signal: AbortSignal,
): Promise<Result<RanSql, WriteFailure>> {
  const limits = { maxRows: MAX_RETURNED, timeLimitMs: deps.settings.sql_time_limit_ms, signal }
  let may: readonly Operation[] | null = null
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer: Result<JudgedAnswer, WriteFailure> = await database.run({ sql, params, may, ...limits })
    if (!answer.ok) return may === null ? fail(notAnalyzed(answer.error)) : answer
    if (answer.value.kind === 'ran') {
      return ok({ ...answer.value, judged: judgeOperations(deps, actor, database, sql, may ?? []) })
    }
    may = answer.value.operations
    requirePermitted(sql, judgeOperations(deps, actor, database, sql, may))
  }
  throw new HttpError(409, 'The tables changed while this was being checked. Nothing was done; try again.')
}

/** The first attempt only tells, the next run what it told of; more are needed where somebody changes the schema in between. */
const MAX_ATTEMPTS = 5

/** Throws the refusal for a statement that may not run. */
function requirePermitted(sql: string, judged: readonly JudgedOperation[]): void {
  const refusal = refusalOf(sql, judged)
  if (refusal !== null) throw refusal
}

/** Why a statement may not run, or null. */
export function refusalOf(sql: string, judged: readonly JudgedOperation[]): HttpError | null {
  // SQLite says nothing of what VACUUM does.
  const first = sqlTokens(sql).find(
    ({ kind, text }) => kind === 'word' || (kind === 'symbol' && text !== ';'),
  )
  if (first?.text.toLowerCase() === 'vacuum') {
    return new HttpError(403, 'VACUUM is not allowed in user-supplied SQL')
  }
  if (!isWrite(judged.map(({ operation }) => operation))) return new HttpError(400, ONLY_READS)
  return judged.find(({ refusal }) => refusal !== null)?.refusal ?? null
}

/** A statement that SQLite cannot prepare is a mistake in the SQL, told as one of the analysis (host.md §10.8). */
function notAnalyzed(failure: WriteFailure): WriteFailure {
  return failure.reason === 'sql'
    ? { reason: 'sql', message: `Could not analyze query: ${failure.message}` }
    : failure
}
