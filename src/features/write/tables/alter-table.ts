import type { Actor } from '../../../auth/actor.ts'
import type { Database, Table, WriteFailure } from '../../../database/database.ts'
import type { EventDetails } from '../../../events/event.ts'
import type { ExactJson } from '../../../http/exact-json.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { alterPlan, type AlterPlan } from './alter-plan.ts'
import { parseAlterRequest, type AskedForeignKey, type AlterOperation } from './alter-request.ts'
import { requireFurther, type FurtherAction } from '../permitted/further-permissions.ts'
import { surroundingsOf, unchangedSince, type Surroundings } from './rebuild-plan.ts'
import { requireReferable, type Asking } from './references.ts'
import { schemaOf } from '../rows/table-altered.ts'
import { requireFreeOfQueries } from '../permitted/writable-table.ts'
import { trackDoubt } from '../permitted/track-doubt.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** The table to be changed, and where it is. */
export type Altered = { readonly database: Database; readonly table: Table }

/** Changes of a table; nothing is done yet. */
export type Alteration = Altered & {
  readonly operations: readonly AlterOperation[]
  /** What stood around the table when this was planned. */
  readonly surroundings: Surroundings
  readonly plan: AlterPlan
}

/**
 * Plans what the body of `/-/alter` asks for (host.md §10.6), for whoever may alter the table. Throws the refusal; a
 * failure is several messages about the operations.
 */
export function planAlteration(
  deps: FeatureDeps,
  actor: Actor | null,
  { database, table }: Altered,
  body: ExactJson,
): Result<Alteration, readonly string[]> {
  const { permissions } = deps
  const operations = parseAlterRequest(body)
  if (!operations.ok) return operations
  const resource = tableResource(database.name, table.name)
  const further = operations.value.flatMap(furtherActions)
  requireFurther(permissions, actor, { held: 'alter-table', further, resource })
  for (const operation of operations.value) {
    if (operation.op === 'rename_table') requireNewName(deps, actor, database.name, operation.to)
  }

  const surroundings = surroundingsOf(database, table.name)
  const asked = withReferences({ permissions, actor, database }, table, operations.value)
  const plan = alterPlan(table, asked, surroundings)
  if (!plan.ok) return fail([plan.error])
  return ok({ database, table, surroundings, operations: operations.value, plan: plan.value })
}

/** Does it, and returns the CREATE statement of the table afterwards; throws the refusal. */
export async function runAlteration(
  { columnTypes, permissions, settings, trackEvents }: FeatureDeps,
  c: AppContext,
  { database, table, surroundings, operations, plan }: Alteration,
): Promise<string> {
  const { columns, rebuilds, statements, table: name } = plan
  const written = await database.write({
    // The plan knows the table, its indexes and its triggers as they were when it was made.
    condition: unchangedSince(table, surroundings),
    statements: [...statements, schemaOf(name)],
    ...(rebuilds ? { rebuilds: { before: table.name, after: name } } : {}),
    timeLimitMs: Math.max(settings.sql_time_limit_ms, REBUILD_LIMIT_MS),
    signal: c.req.raw.signal,
  })
  if (!written.ok) {
    await trackDoubt({ trackEvents }, c, written.error, alterationsOf(database.name, table, '', operations))
    throw alterRefusal({ permissions, actor: c.get('actor'), database }, written.error)
  }
  await columnTypes.follow(database.name, { table: table.name, to: name, columns })
  const schema = String(written.value.results.at(-1)?.rows[0]?.['sql'])
  await trackEvents(c, alterationsOf(database.name, table, schema, operations))
  return schema
}

/** One event tells of the new schema, and one of each new name. */
function alterationsOf(
  database: string,
  table: Table,
  schema: string,
  operations: readonly AlterOperation[],
): readonly EventDetails[] {
  if (schema === table.sql) return []
  const altered = { database, table: table.name, before_schema: table.sql, after_schema: schema }
  const events: EventDetails[] = [{ name: 'alter-table', ...altered }]
  let name = table.name
  for (const operation of operations) {
    if (operation.op !== 'rename_table') continue
    events.push({ name: 'rename-table', database, old_table: name, new_table: operation.to })
    name = operation.to
  }
  return events
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

function furtherActions(operation: AlterOperation): readonly FurtherAction[] {
  if (operation.op === 'rename_table') return TO_RENAME
  // Whether these succeed depends on the rows, and trying them out would tell what is in them.
  const isAboutRows =
    ['add_foreign_key', 'set_foreign_keys', 'set_primary_key'].includes(operation.op) ||
    (operation.op === 'alter_column' && operation.notNull === true)
  const denied = `Permission denied: need view-table to use "${operation.op}"`
  return isAboutRows ? [{ action: 'view-table', denied }] : []
}

/** The rows come to the new name, as if they were inserted there: rules about one table hold whatever the way to it. */
function requireNewName(deps: FeatureDeps, actor: Actor | null, database: string, name: string): void {
  requireFreeOfQueries(deps, database, name)
  requireFurther(deps.permissions, actor, {
    held: 'alter-table',
    further: [{ action: 'insert-row', denied: 'Permission denied: need insert-row to use this table name' }],
    resource: tableResource(database, name),
  })
}

/** The time that building a table again may take: it copies every row, in the turn of all who write. */
const REBUILD_LIMIT_MS = 30_000

/** The operations with the column that each foreign key points to. Throws the refusal for one that may not be. */
function withReferences(
  asking: Asking,
  table: Table,
  operations: readonly AlterOperation[],
): readonly AlterOperation[] {
  const key = operations.findLast((operation) => operation.op === 'set_primary_key')?.columns
  const referring = { table: table.name, primaryKeys: key ?? table.primaryKeys }
  const resolved = ({ column, to }: AskedForeignKey): AskedForeignKey => ({
    column,
    to: { table: to.table, column: requireReferable(asking, referring, to) },
  })
  return operations.map((operation) => {
    if (operation.op === 'add_foreign_key')
      return { ...operation, foreignKey: resolved(operation.foreignKey) }
    if (operation.op !== 'set_foreign_keys') return operation
    return { ...operation, foreignKeys: operation.foreignKeys.map(resolved) }
  })
}

/** What hinders SQLite: a view, a trigger or an index, and the reason, which may name what it uses. */
const HINDRANCE = /^error in (view|trigger|index|table) (.*?)(?: after (?:rename|drop column|add column))?: /s

/** The refusal for an alter that did not happen. It names no view or table that the actor may not see. */
function alterRefusal({ permissions, actor, database }: Asking, failure: WriteFailure): HttpError {
  if (failure.reason !== 'sql') return writeRefusal(failure)
  if (failure.message === 'datatype mismatch') {
    return new HttpError(400, 'A primary key of type integer needs a whole number in every row')
  }
  const [, kind = '', name = ''] = HINDRANCE.exec(failure.message) ?? []
  const sql = 'select tbl_name as "table" from sqlite_schema where type = ? and name = ?'
  const owner = kind === '' ? null : (database.get(sql, [kind, name])?.['table'] ?? name)
  const isOpen = owner === null || maySeeTable(permissions, actor, database, String(owner))
  return isOpen
    ? writeRefusal(failure)
    : new HttpError(400, `A ${kind} that you may not see would no longer work`)
}
