import type { Actor } from '../auth/actor.ts'
import type { Database, JudgedAnswer, WriteFailure } from '../database/database.ts'
import type { Operation } from '../database/operation.ts'
import { parameterNames, sqlTokens } from '../database/sql-text.ts'
import type { SqlParams } from '../database/values.ts'
import { HttpError } from '../http/http-error.ts'
import { fail, ok, type Result } from '../result.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { hiddenIn, namesIn, possibleNamesIn, tellsMore } from './names-in-sql.ts'
import { isWrite, judgeOperations, judgeUnknown, type JudgedOperation } from './sql-rights.ts'

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

/**
 * Judges what a statement would do. One that may not run and names a table that the actor may not see is refused for that table alone,
 * in the same words as one that SQLite cannot prepare: else the difference would tell its columns. Tokens are told exactly what they
 * lack.
 */
function judge(deps: Deps, asked: AskedSql, operations: readonly Operation[]): readonly JudgedOperation[] {
  const { actor, database, sql } = asked
  const judged = judgeOperations(deps, actor, database, namesIn(sql), operations)
  const isTold = refusalOf(sql, judged) === null || actor?.['_r'] !== undefined
  return isTold ? judged : (judgeNames(deps, asked) ?? judged)
}

/** The refusal for the first table that a statement names and that the actor may not see; null where there is none. */
function judgeNames(deps: Deps, { actor, database, sql }: AskedSql): readonly JudgedOperation[] | null {
  const [table] = hiddenIn(deps.permissions, actor, database, possibleNamesIn(sql))
  return table === undefined ? null : [judgeUnknown(deps, actor, database, namesIn(sql), table)]
}

/** What SQLite says is wrong, unless it names what the actor may not see. */
function inPublicWords(
  { permissions }: Deps,
  { actor, database, sql }: AskedSql,
  failure: WriteFailure,
): WriteFailure {
  return failure.reason === 'sql' &&
    tellsMore(permissions, actor, database, { names: namesIn(sql), message: failure.message })
    ? { reason: 'sql', message: 'Something that you may not see does not allow this' }
    : failure
}

/** What a statement would do, with a verdict on each part; the failure is why SQLite would not even begin. */
export async function analyzeSql(
  deps: Deps,
  asked: AskedSql,
): Promise<Result<readonly JudgedOperation[], WriteFailure>> {
  const { database, sql } = asked
  const params = Object.fromEntries(parameterNames(sql).map((name) => [name, '']))
  const statement = { sql, params, maxRows: 0, timeLimitMs: deps.settings.sql_time_limit_ms }
  const judgeAnswer = (answer: JudgedAnswer) =>
    judge(deps, asked, answer.kind === 'analyzed' ? answer.operations : [])

  const prepared = await database.run({ ...statement, may: null })
  if (!prepared.ok) {
    const hidden = prepared.error.reason === 'sql' ? judgeNames(deps, asked) : null
    return hidden === null ? fail(inPublicWords(deps, asked, prepared.error)) : ok(hidden)
  }
  let judged = judgeAnswer(prepared.value)
  const trial = { ...statement, isTrial: true, timeLimitMs: Math.min(statement.timeLimitMs, TRIAL_LIMIT_MS) }
  for (let attempt = 0; attempt < MAX_ATTEMPTS && refusalOf(sql, judged) === null; attempt += 1) {
    const may = judged.map(({ operation }) => operation)
    const tried = await database.run({ ...trial, may })
    if (!tried.ok) {
      return tried.error.reason === 'interrupted' ? ok(judged) : fail(inPublicWords(deps, asked, tried.error))
    }
    judged = judgeAnswer(tried.value)
    if (judged.length === may.length) break
  }
  return ok(judged)
}

/**
 * The time that a statement may take only to be explained; all who write wait meanwhile. One that takes longer is explained as far as
 * SQLite tells of it beforehand, and judged in full when it runs.
 */
const TRIAL_LIMIT_MS = 200

/** What is said when a statement has run; `count` is the number of rows that it changed, null where that is no question (host.md §10.8). */
export function executedMessage(count: number | null): string {
  if (count === null) return 'Query executed'
  return `Query executed, ${count.toLocaleString('en')} row${count === 1 ? '' : 's'} affected`
}

/** What became of a statement that was run. */
export type RanSql = Extract<JudgedAnswer, { kind: 'ran' }> & { readonly judged: readonly JudgedOperation[] }

/**
 * Runs a statement if the actor has the right to everything that it does; throws the refusal otherwise. The database compares what it
 * does with what was judged in the transaction itself. The failure is why it did not work.
 */
export async function runSql(
  deps: Deps,
  asked: AskedSql,
  params: SqlParams,
  signal: AbortSignal,
): Promise<Result<RanSql, WriteFailure>> {
  const { actor, database, sql } = asked
  const limits = { maxRows: MAX_RETURNED, timeLimitMs: deps.settings.sql_time_limit_ms, signal }
  let may: readonly Operation[] | null = null
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer: Result<JudgedAnswer, WriteFailure> = await database.run({ sql, params, may, ...limits })
    if (!answer.ok) {
      const failure = inPublicWords(deps, asked, answer.error)
      if (may !== null) return fail(failure)
      const hidden = failure.reason === 'sql' ? judgeNames(deps, asked) : null
      if (hidden !== null) requirePermitted(sql, hidden)
      return fail(notAnalyzed(failure))
    }
    if (answer.value.kind === 'ran') {
      return ok({ ...answer.value, judged: judgeOperations(deps, actor, database, namesIn(sql), may ?? []) })
    }
    may = answer.value.operations
    requirePermitted(sql, judge(deps, asked, may))
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
