import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import type { ExactJson } from '../../http/exact-json.ts'
import { tableResource } from '../../permissions/action.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterPlan, type AlterPlan } from './alter-plan.ts'
import { parseAlterRequest, type Operation } from './alter-request.ts'
import { requireFurther, type FurtherAction } from './further-permissions.ts'
import { schemaOf } from './table-answer.ts'
import { requireFreeOfQueries } from './writable-table.ts'
import { writeRefusal } from './write-refusal.ts'

/** The table to be changed, and where it is. */
export type Altered = { readonly database: Database; readonly table: Table }

/** Changes of a table; nothing is done yet. */
export type Alteration = Altered & {
  readonly operations: readonly Operation[]
  readonly plan: AlterPlan
}

/** Plans what the body of `/-/alter` asks for (host.md §10.6), for whoever may alter the table. Throws the refusal; a failure is several messages about the operations. */
export function planAlteration(
  deps: FeatureDeps,
  actor: Actor | null,
  { database, table }: Altered,
  body: ExactJson,
): Result<Alteration, readonly string[]> {
  const operations = parseAlterRequest(body)
  if (!operations.ok) return fail([operations.error])
  const resource = tableResource(database.name, table.name)
  const further = operations.value.some(({ op }) => op === 'rename_table') ? TO_RENAME : []
  requireFurther(deps.permissions, actor, { held: 'alter-table', further, resource })
  for (const operation of operations.value) {
    if (operation.op === 'rename_table') requireNewName(deps, actor, database.name, operation.to)
  }
  return ok({ database, table, operations: operations.value, plan: alterPlan(table, operations.value) })
}

/** Does it, and returns the CREATE statement of the table afterwards; throws the refusal. */
export async function runAlteration(
  { settings }: FeatureDeps,
  c: AppContext,
  { database, table, plan }: Alteration,
): Promise<string> {
  const written = await database.write({
    // The plan knows the columns that there were when it was made.
    condition: {
      sql: "select 1 from sqlite_schema where type = 'table' and name = ? and sql = ?",
      params: [table.name, table.sql],
    },
    statements: [...plan.statements, schemaOf(plan.table)],
    timeLimitMs: settings.sql_time_limit_ms,
    signal: c.req.raw.signal,
  })
  if (!written.ok) throw writeRefusal(written.error)
  return String(written.value.results.at(-1)?.rows[0]?.['sql'])
}

/**
 * What a new name needs. Rules go by the name of a table: renaming it takes it out of the rules about the old one, and
 * whoever could rename what they may not see could read it under the new one. It is making a copy and dropping the
 * original, and needs what that needs.
 */
const TO_RENAME: readonly FurtherAction[] = ['view-table', 'create-table', 'drop-table'].map((action) => ({
  action,
  denied: `Permission denied: need ${action} to use "rename_table"`,
}))

/** The rows come to the new name, as if they were inserted there: rules about one table hold whatever the way to it. */
function requireNewName(deps: FeatureDeps, actor: Actor | null, database: string, name: string): void {
  requireFreeOfQueries(deps, database, name)
  requireFurther(deps.permissions, actor, {
    held: 'alter-table',
    further: [{ action: 'insert-row', denied: 'Permission denied: need insert-row to use this table name' }],
    resource: tableResource(database, name),
  })
}
