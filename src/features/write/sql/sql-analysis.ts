import type { Actor } from '../../../auth/actor.ts'
import type { Database } from '../../../database/database.ts'
import type { JsonObject } from '../../../http/json.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { analyzeSql, refusalOf, type AskedSql } from '../../judged-sql.ts'
import { mayNameSource, mentions, namesIn } from '../../names-in-sql.ts'
import type { JudgedOperation } from '../../sql-rights.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { plainParameters } from './sql-request.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** What is known of a statement before it runs. */
export type SqlAnalysis = {
  readonly parameters: readonly string[]
  /** Why SQLite could not prepare it, or why it is none of ours to run; null for neither. */
  readonly error: string | null
  /** What it would do. What would betray the name of a table is not among it. */
  readonly judged: readonly JudgedOperation[]
  /** Why it may not run, or null. */
  readonly refusal: string | null
}

/** Tells what a statement would do, and whether this actor may do that. Without SQL there is nothing to tell. */
export async function analyzeFor(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
  sql: string,
): Promise<SqlAnalysis> {
  const nothing = { parameters: [], judged: [], refusal: null }
  if (sql.trim() === '') return { ...nothing, error: null }
  const parameters = plainParameters(sql)
  if (!parameters.ok) return { ...nothing, error: parameters.error }
  const judged = await analyzeSql(deps, { actor, database, sql })
  if (!judged.ok) {
    return { ...nothing, parameters: parameters.value, error: writeRefusal(judged.error).message }
  }
  const refusal = refusalOf(sql, judged.value)
  return {
    parameters: parameters.value,
    error: refusal?.status === 400 ? refusal.message : null,
    judged: toldOperations(deps, { actor, database, sql }, judged.value),
    refusal: refusal?.message ?? null,
  }
}

/** What may be told of the operations of a statement: nothing names a table or a trigger that the actor may not see. */
export function toldOperations(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  { actor, database, sql }: AskedSql,
  judged: readonly JudgedOperation[],
): readonly JudgedOperation[] {
  const names = namesIn(sql)
  return judged
    .filter(({ operation: { table } }) => {
      return table === null || mentions(names, table) || maySeeTable(permissions, actor, database, table)
    })
    .map((one): JudgedOperation => {
      const { source } = one.operation
      const isTold = source === null || mayNameSource(permissions, actor, database, { names, source })
      return isTold ? one : { ...one, operation: { ...one.operation, source: null } }
    })
}

/** One operation as documents tell it (host.md §10.8). */
export function operationJson(database: string, { operation, needs }: JudgedOperation): JsonObject {
  return {
    operation: operation.operation,
    database,
    table: operation.table,
    required_permission: needs.map(({ action }) => action).join(', '),
    source: operation.source,
  }
}
