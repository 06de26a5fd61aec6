import type { Actor } from '../../../auth/actor.ts'
import type { Database, Table, WriteFailure, WriteStatement } from '../../../database/database.ts'
import { keyNames } from '../../../database/row-key.ts'
import type { EventDetails } from '../../../events/event.ts'
import type { ExactJson } from '../../../http/exact-json.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { writableColumns } from '../rows/added-columns.ts'
import type { NewColumn } from './column-definition.ts'
import { columnLimitFault } from '../values/column-limit.ts'
import { columnTypeFaults } from '../column-types/column-types.ts'
import { asTable, createTable, newTable, type NewTable } from './create-plan.ts'
import { parseCreateRequest, type CreateRequest, type NewContent } from './create-request.ts'
import { requireFurther, type FurtherAction } from '../permitted/further-permissions.ts'
import { unknownColumns } from '../rows/insert-request.ts'
import { insertPlan } from '../rows/insert-plan.ts'
import { mayDeleteRows } from '../permitted/may-delete-rows.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import { requireReferable } from './references.ts'
import { rowsInserted } from '../rows/rows-inserted.ts'
import { schemaOf } from '../rows/table-altered.ts'
import { requireFreeOfQueries } from '../permitted/writable-table.ts'

/** A table to be made, or rows for one that is there; nothing is done yet. */
export type Creation = {
  readonly request: CreateRequest
  readonly target:
    | { readonly kind: 'made'; readonly table: NewTable }
    /** One that is there gets the rows. */
    | { readonly kind: 'found'; readonly table: Table }
  readonly statements: readonly WriteStatement[]
}

/**
 * Plans what the body of `/-/create` asks for (host.md §10.5). Whoever gets here may create tables. What else a
 * request does needs its own permission on the table of that name, also when there is none yet: rules about one table
 * hold whatever the way to it. Throws the refusal; a failure is several messages about the rows.
 */
export async function planCreation(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
  body: ExactJson,
): Promise<Result<Creation, readonly string[]>> {
  const request = parseCreateRequest(body)
  if (!request.ok) throw new HttpError(400, request.error)
  const { table: name, content } = request.value
  const found = database.schema().table(name)
  const existing = content.kind === 'rows' && found?.kind === 'table' ? found : null
  requireFurther(deps.permissions, actor, {
    held: 'create-table',
    further: furtherActions(request.value, existing),
    resource: tableResource(database.name, name),
  })

  requireFreeOfQueries(deps, database.name, name)
  if (content.kind !== 'rows' || existing === null) return planTable(deps, actor, database, request.value)
  const faults = await columnTypeFaults(deps, database.name, existing, content.rows)
  const mayDelete = mayDeleteRows(deps.permissions, actor, database.name, name)
  const planned = planRows(existing, request.value, content, mayDelete)
  return planned.ok && faults.length > 0 ? fail(faults) : planned
}

/** Does it, and returns the CREATE statement of the table as it stands in the database. Throws the refusal for who may not. */
export async function runCreation(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  { target, request, statements }: Creation,
): Promise<Result<string, WriteFailure>> {
  const { table, content } = request
  const before = target.kind === 'found' ? target.table.sql : ''
  const written = await permittedWrite(deps, c, database, {
    statements: [...statements, schemaOf(table)],
    may: content.kind === 'rows' ? [{ operation: 'insert', table }] : [],
    does: eventsOf(database.name, target, request, before),
  })
  if (!written.ok) return written
  const schema = String(written.value.results.at(-1)?.rows[0]?.['sql'])
  await deps.trackEvents(c, eventsOf(database.name, target, request, schema))
  return ok(schema)
}

function eventsOf(
  database: string,
  target: Creation['target'],
  { table, content }: CreateRequest,
  schema: string,
): readonly EventDetails[] {
  const rows =
    content.kind === 'rows' ? [rowsInserted(database, table, content.rows.length, content.onConflict)] : []
  if (target.kind === 'made') return [{ name: 'create-table', database, table, schema }, ...rows]
  const before = target.table.sql
  if (schema === before) return rows
  const altered = { database, table, before_schema: before, after_schema: schema }
  return [{ name: 'alter-table', ...altered }, ...rows]
}

function furtherActions(
  { content, addsColumns }: CreateRequest,
  existing: Table | null,
): readonly FurtherAction[] {
  const further = [
    ...(content.kind === 'rows' && content.onConflict === 'replace' ? ['update-row'] : []),
    ...(content.kind === 'rows' ? ['insert-row'] : []),
    ...(addsColumns && existing !== null ? ['alter-table'] : []),
  ]
  return further.map((action) => ({ action, denied: `Permission denied: need ${action}` }))
}

function planTable(
  { permissions }: FeatureDeps,
  actor: Actor | null,
  database: Database,
  request: CreateRequest,
): Result<Creation, readonly string[]> {
  const { table: name, primaryKeys, content } = request
  const table = newTable(name, primaryKeys, content)
  if (!table.ok) return fail([table.error])
  const columns = table.value.columns.map((column): NewColumn => {
    const { references } = column
    if (references === null) return column
    const to = requireReferable({ permissions, actor, database }, { table: name, primaryKeys }, references)
    return { ...column, references: { ...references, column: to } }
  })
  const made = { ...table.value, columns }
  const rows = content.kind === 'rows' ? inserts(asTable(made), content, true) : []
  return ok({
    request,
    target: { kind: 'made', table: made },
    statements: [createTable(made), ...rows],
  })
}

function planRows(
  table: Table,
  request: CreateRequest,
  content: NewRows,
  mayDelete: boolean,
): Result<Creation, readonly string[]> {
  const { primaryKeys, addsColumns } = request
  const key = new Set(keyNames(table))
  const isSameKey = primaryKeys.length === key.size && primaryKeys.every((name) => key.has(name))
  if (primaryKeys.length > 0 && !isSameKey) return fail(['pk cannot be changed for existing table'])
  const columns = writableColumns(table)
  const sent = content.rows.map((row) => [...row.keys()])
  const fault = columnLimitFault(columns, sent.flat())
  const errors = addsColumns ? (fault === null ? [] : [fault]) : unknownColumns(sent, columns)
  return errors.length > 0
    ? fail(errors)
    : ok({ request, target: { kind: 'found', table }, statements: inserts(table, content, mayDelete) })
}

type NewRows = Extract<NewContent, { kind: 'rows' }>

function inserts(table: Table, { rows, onConflict }: NewRows, mayDelete: boolean): readonly WriteStatement[] {
  const plan = insertPlan(table, { rows, onConflict, returnsRows: false }, mayDelete)
  return [...plan.alterations, ...plan.inserts]
}
