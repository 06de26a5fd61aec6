import type { Actor } from '../../auth/actor.ts'
import type { Database, Table, WriteStatement } from '../../database/database.ts'
import type { EventDetails } from '../../events/event.ts'
import { keyNames } from '../../database/row-key.ts'
import { HttpError } from '../../http/http-error.ts'
import { tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../json/json-answer.ts'
import { writableColumns } from './added-columns.ts'
import type { NewColumn } from './column-definition.ts'
import { columnLimitFault } from './column-limit.ts'
import { columnTypeFaults } from './column-types.ts'
import { asTable, createTable, newTable } from './create-plan.ts'
import { parseCreateRequest, type CreateRequest, type NewContent } from './create-request.ts'
import { requireFurther, type FurtherAction } from './further-permissions.ts'
import { unknownColumns } from './insert-request.ts'
import { errorJson } from './json-errors.ts'
import { requireJsonBody } from './json-body.ts'
import { insertPlan } from './insert-plan.ts'
import { permittedWrite } from './permitted-write.ts'
import { requireReferable } from './references.ts'
import { rowsInserted } from './rows-inserted.ts'
import { schemaOf, tableAddresses } from './table-answer.ts'
import { requireFreeOfQueries, requireMutable } from './writable-table.ts'
import { writeRefusal } from './write-refusal.ts'
import { maySeeTable } from '../visible-tables.ts'

/**
 * `POST /:database/-/create`: makes a table from columns or from rows, or adds rows to one that is there (host.md
 * §10.5). Who gets here may create tables. What else a request does needs its own permission on the table of that
 * name, also when there is none yet: rules about one table hold whatever the way to it.
 */
export const createHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { permissions, settings, urls } = deps
    const actor = c.get('actor')
    const database = requireDatabase(deps.databases, params['database'])
    requireMutable(database)
    const request = parseCreateRequest(await requireJsonBody(c.req.raw, deps))
    if (!request.ok) throw new HttpError(400, request.error)
    const { table: name, content } = request.value
    const resource = tableResource(database.name, name)
    const found = database.schema().table(name)
    const existing = content.kind === 'rows' && found?.kind === 'table' ? found : null
    requireFurther(permissions, actor, {
      held: 'create-table',
      further: furtherActions(request.value, existing),
      resource,
    })

    requireFreeOfQueries(deps, database.name, name)
    const planned =
      existing !== null && content.kind === 'rows'
        ? planRows(existing, request.value, content)
        : planTable(deps, actor, database, request.value)
    if (!planned.ok) return errorJson(c, 400, planned.errors)
    if (existing !== null && content.kind === 'rows') {
      const faults = await columnTypeFaults(deps, database.name, existing, content.rows)
      if (faults.length > 0) return errorJson(c, 400, faults)
    }
    const written = await permittedWrite(permissions, actor, database, {
      statements: [...planned.statements, schemaOf(name)],
      may: content.kind === 'rows' ? [{ operation: 'insert', table: name }] : [],
      timeLimitMs: settings.sql_time_limit_ms,
      signal: c.req.raw.signal,
    })
    if (!written.ok) throw writeRefusal(written.error)

    const schema = String(written.value.results.at(-1)?.rows[0]?.['sql'])
    await deps.trackEvents(c, eventsOf(database.name, existing, request.value, schema))
    const shows = existing === null || maySeeTable(permissions, actor, database, name)
    const answer = jsonObject({
      ok: { value: true },
      ...tableAddresses(urls, c.req.raw, database.name, name),
      ...(shows ? { schema: { value: schema } } : {}),
      ...(content.kind === 'rows' ? { row_count: { value: content.rows.length } } : {}),
    })
    return jsonAnswer(c, answer, dataHeaders(c), 201)
  }

function eventsOf(
  database: string,
  existing: Table | null,
  { table, content }: CreateRequest,
  schema: string,
): readonly EventDetails[] {
  const rows = content.kind === 'rows' ? [rowsInserted(database, table, content)] : []
  if (existing === null) return [{ name: 'create-table', database, table, schema }, ...rows]
  if (schema === existing.sql) return rows
  const altered = { database, table, before_schema: existing.sql, after_schema: schema }
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

type Planned =
  | { readonly ok: true; readonly statements: readonly WriteStatement[] }
  | { readonly ok: false; readonly errors: readonly string[] }

function planTable(
  { permissions }: FeatureDeps,
  actor: Actor | null,
  database: Database,
  { table: name, primaryKeys, content }: CreateRequest,
): Planned {
  const table = newTable(name, primaryKeys, content)
  if (!table.ok) return { ok: false, errors: [table.error] }
  const columns = table.value.columns.map((column): NewColumn => {
    const { references } = column
    if (references === null) return column
    const to = requireReferable({ permissions, actor, database }, { table: name, primaryKeys }, references)
    return { ...column, references: { ...references, column: to } }
  })
  return {
    ok: true,
    statements: [
      createTable({ ...table.value, columns }),
      ...(content.kind === 'rows' ? inserts(asTable(table.value), content) : []),
    ],
  }
}

function planRows(table: Table, { primaryKeys, addsColumns }: CreateRequest, content: NewRows): Planned {
  const key = new Set(keyNames(table))
  const isSameKey = primaryKeys.length === key.size && primaryKeys.every((name) => key.has(name))
  if (primaryKeys.length > 0 && !isSameKey) {
    return { ok: false, errors: ['pk cannot be changed for existing table'] }
  }
  const columns = writableColumns(table)
  const sent = content.rows.map((row) => [...row.keys()])
  const fault = columnLimitFault(columns, sent.flat())
  const errors = addsColumns ? (fault === null ? [] : [fault]) : unknownColumns(sent, columns)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, statements: inserts(table, content) }
}

type NewRows = Extract<NewContent, { kind: 'rows' }>

function inserts(table: Table, { rows, onConflict }: NewRows): readonly WriteStatement[] {
  const plan = insertPlan(table, { rows, onConflict, returnsRows: false })
  return [...plan.alterations, ...plan.inserts]
}
