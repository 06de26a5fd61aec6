import { DatabaseBusyError } from '../../../database/busy.ts'
import type { Database, SqlRow, Table } from '../../../database/database.ts'
import { keyNames, rowKeyOf } from '../../../database/row-key.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { AppContext } from '../../../routing/context.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { rowObject } from '../../json/row-json.ts'
import { writableColumns } from './added-columns.ts'
import type { NewRow } from '../values/cell-value.ts'
import { columnTypeFaults } from '../column-types/column-types.ts'
import { requireFurther, TO_ADD_COLUMNS, TO_REPLACE } from '../permitted/further-permissions.ts'
import { parseInsertRequest, type InsertRequest } from './insert-request.ts'
import { errorJson } from '../../json/json-errors.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { insertPlan } from './insert-plan.ts'
import { readBack } from './one-row.ts'
import { mayDeleteRows } from '../permitted/may-delete-rows.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import type { RepeatableHandler } from '../requests/repeatable.ts'
import { rowsInserted } from './rows-inserted.ts'
import { schemaAfter, tableAltered } from './table-altered.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'
import { maySeeTable } from '../../visible-tables.ts'

/**
 * `POST /:database/:table/-/insert`: writes one or more rows, all of them or none (host.md §10.2). Who gets here
 * may insert; replacing rows and adding columns are changes of another kind and ask for their own permissions.
 */
export const insertHandler =
  (deps: FeatureDeps): RepeatableHandler =>
  async (c, params, { source, begin }) => {
    const { database, table } = requireWritableTable(deps.databases, params)
    const body = await requireJsonBody(source, deps)
    const rules = { columns: writableColumns(table), maxRows: deps.settings.max_insert_rows }
    const request = parseInsertRequest(body, rules)
    if (!request.ok) return errorJson(c, 400, request.error)
    requireFurther(deps.permissions, c.get('actor'), {
      held: 'insert-row',
      further: [
        ...(request.value.onConflict === 'replace' ? [TO_REPLACE] : []),
        ...(request.value.addsColumns ? [TO_ADD_COLUMNS] : []),
      ],
      resource: tableResource(database.name, table.name),
    })
    const faults = await columnTypeFaults(deps, database.name, table, request.value.rows)
    if (faults.length > 0) return errorJson(c, 400, faults)

    await begin()
    const rows = await insert(deps, c, database, table, request.value)
    const answer = request.value.returnsRows
      ? jsonObject({ ok: { value: true }, rows: { json: `[${rows.join(',')}]` } })
      : jsonObject({ ok: { value: true } })
    return jsonAnswer(c, answer, dataHeaders(c), 201)
  }

/**
 * Writes the rows and returns them as JSON texts when that was asked for: as they are stored to those who may see the
 * table. Others get the new row as the insert made it, with its key and defaults, and nothing of a row that was there
 * before or of what triggers did.
 */
async function insert(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  request: InsertRequest,
): Promise<readonly string[]> {
  const mayDelete = mayDeleteRows(deps.permissions, c.get('actor'), database.name, table.name)
  const plan = insertPlan(table, request, mayDelete)
  const statements = [...plan.alterations, ...plan.inserts, ...schemaAfter(table, plan.alterations)]
  const inserted = rowsInserted(database.name, table.name, request.rows.length, request.onConflict)
  const written = await permittedWrite(deps, c, database, {
    statements,
    may: [{ operation: 'insert', table: table.name }],
    does: [inserted],
  })
  if (!written.ok) throw writeRefusal(written.error)
  await deps.trackEvents(c, [
    ...tableAltered(database.name, table, plan.alterations, written.value),
    inserted,
  ])
  if (!request.returnsRows) return []

  const results = written.value.results.slice(plan.alterations.length)
  const shown = rowKeyOf(table).kind === 'rowid' ? plan.returned.slice(1) : plan.returned
  const mayView = maySeeTable(deps.permissions, c.get('actor'), database, table.name)
  return request.rows.flatMap((sent, place) => {
    const returned = results[place]?.rows[0] ?? null
    if (mayView) {
      const stored = storedRow(database, table, plan.returned, sent, returned)
      return stored === null ? [] : [rowObject(shown, stored)]
    }
    return returned === null ? [] : [rowObject(shown, returned)]
  })
}

/**
 * A row as it is stored now. It is read again by its key, because what an insert returns does not show what
 * triggers made of it, and because nothing is returned for a row that was skipped.
 */
function storedRow(
  database: Database,
  table: Table,
  columns: readonly string[],
  sent: NewRow,
  returned: SqlRow | null,
): SqlRow | null {
  const valueOf = (name: string) => (returned === null ? sent.get(name) : returned[name]) ?? null
  const key = new Map(keyNames(table).map((name) => [name, valueOf(name)]))
  if (key.size === 0 || [...key.values()].includes(null)) return returned
  const { sql, params } = readBack(table, key, columns)
  try {
    return database.get(sql, params) ?? returned
  } catch (error) {
    // The row is written. A refusal would let the client write it again.
    if (error instanceof DatabaseBusyError) return returned
    throw error
  }
}
