import type { Actor } from '../../auth/actor.ts'
import type { Database } from '../../database/database.ts'
import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { parameterNames, sqlTokens } from '../../database/sql-text.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource } from '../../permissions/action.ts'
import { challengeHeaders } from '../challenge.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { analyzeSql, refusalOf } from '../judged-sql.ts'
import { isWrite, type JudgedOperation } from '../sql-rights.ts'
import { requireMutable } from '../write/permitted/writable-table.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { plainParameters } from '../write/sql/sql-request.ts'

/** Who saves what in which database. */
export type Saving = { readonly deps: FeatureDeps; readonly actor: Actor | null; readonly database: Database }

/** The parameters of a statement; a 400 for one that would stand for a fact about whoever runs it. */
export function requirePlainParameters(sql: string): readonly string[] {
  const names = plainParameters(sql)
  if (!names.ok) throw new HttpError(400, names.error)
  return names.value
}

/** Whether a statement changes data. Throws the refusal for one that does not work, or that the actor may not run. */
export async function requireRunnable(saving: Saving, sql: string): Promise<boolean> {
  const { deps, actor, database } = saving
  const reads = checkReadOnlySql(sql)
  if (reads.ok && !mayWrite(sql)) {
    await requirePreparable(saving, sql)
    return false
  }
  if (!database.isWritable) {
    if (!reads.ok) requireMutable(database)
    await requirePreparable(saving, sql)
    return false
  }
  // What a statement would do is told by the process that writes: only to those who may write.
  if (!deps.permissions.allows(actor, 'execute-write-sql', databaseResource(database.name))) {
    if (!reads.ok && /^(?:pragma|values)$/iu.test(firstWord(sql))) throw new HttpError(400, reads.error)
    throw new HttpError(403, 'Permission denied: need execute-write-sql', {
      headers: challengeHeaders(
        deps.permissions,
        actor,
        ['execute-write-sql'],
        databaseResource(database.name),
      ),
    })
  }
  const judged = await requireAnalysis(saving, sql)
  const refusal = refusalOf(sql, judged)
  if (refusal === null) return true
  if (refusal.status !== 400 || isWrite(judged.map(({ operation }) => operation))) throw refusal
  if (!reads.ok) throw new HttpError(400, reads.error)
  await requirePreparable(saving, sql)
  return false
}

async function requireAnalysis(
  { deps, actor, database }: Saving,
  sql: string,
): Promise<readonly JudgedOperation[]> {
  const judged = await analyzeSql(deps, { actor, database, sql })
  if (judged.ok) return judged.value
  const refusal = writeRefusal(judged.error)
  throw refusal.status === 400 ? new HttpError(400, `Could not analyze query: ${refusal.message}`) : refusal
}

/** Has a reader prepare a statement, which tells its mistakes, without running it. */
async function requirePreparable({ deps, database }: Saving, sql: string): Promise<void> {
  const params = Object.fromEntries(parameterNames(sql).map((name) => [name, '']))
  const isExplained = firstWord(sql) === 'explain'
  const answer = await database.query({
    sql: isExplained ? sql : `explain ${sql}`,
    params,
    maxRows: 1,
    timeLimitMs: deps.settings.sql_time_limit_ms,
    shape: 'arrays',
    withLastRow: false,
  })
  if (answer.ok || answer.error.reason === 'interrupted') return
  const refusal = writeRefusal(answer.error)
  throw refusal.status === 400 ? new HttpError(400, `Could not analyze query: ${refusal.message}`) : refusal
}

function firstWord(sql: string): string {
  return (sqlTokens(sql).find(({ kind }) => kind === 'word')?.text ?? '').toLowerCase()
}

const WRITING: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete'])

/** Whether a statement that begins like a question has a word with which it could write. SQLite is asked then. */
function mayWrite(sql: string): boolean {
  return (
    firstWord(sql) === 'with' &&
    sqlTokens(sql).some(({ kind, text }) => kind === 'word' && WRITING.has(text.toLowerCase()))
  )
}
