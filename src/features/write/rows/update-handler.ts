import { parseRowKey } from '../../../http/tilde.ts'
import { keyNames, selectedColumns } from '../../../database/row-key.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { rowObject } from '../../json/row-json.ts'
import { addedColumns, writableColumns } from './added-columns.ts'
import { columnTypeFaults } from '../column-types/column-types.ts'
import { requireFurther, TO_ADD_COLUMNS } from '../permitted/further-permissions.ts'
import { errorJson } from '../../json/json-errors.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { recordNotFound, requireStoredKey, selectOne, updateOne } from './one-row.ts'
import { sayOfRow } from './row-message.ts'
import { mayDeleteRows } from '../permitted/may-delete-rows.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import { schemaAfter, tableAltered } from './table-altered.ts'
import { parseUpdateRequest } from './update-request.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'
import { isSwitchedOn } from '../../switches.ts'
import { maySeeTable } from '../../visible-tables.ts'

/**
 * `POST /:database/:table/:pks/-/update`: gives one row new values (host.md §10.4). The row comes back, when that was
 * asked for, to those who may see the table; others get an empty list, since what they did not send was there before.
 * `?_message=1` leaves a note for the next page.
 */
export const updateHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { permissions } = deps
    const { database, table } = requireWritableTable(deps.databases, params)
    const segment = params['pks'] ?? ''
    const key = requireStoredKey(database, table, segment)
    const request = parseUpdateRequest(await requireJsonBody(c.req.raw, deps), writableColumns(table))
    if (!request.ok) throw new HttpError(400, request.error)
    const { values, returnsRow, addsColumns } = request.value
    const resource = tableResource(database.name, table.name)
    const further = addsColumns ? [TO_ADD_COLUMNS] : []
    requireFurther(permissions, c.get('actor'), { held: 'update-row', further, resource })

    const faults = await columnTypeFaults(deps, database.name, table, [values])
    if (faults.length > 0) return errorJson(c, 400, faults)

    const added = addedColumns(table, [values])
    const columns = [...selectedColumns(table), ...added.names]
    const says = isSwitchedOn(parametersOf(c), '_message')
    const reads = (returnsRow || says) && maySeeTable(permissions, c.get('actor'), database, table.name)
    const newKey = new Map(Array.from(key, ([name, value]) => [name, values.get(name) ?? value]))
    const mayDelete = mayDeleteRows(permissions, c.get('actor'), database.name, table.name)
    const changes = values.size === 0 ? [] : [updateOne(table, key, values, mayDelete)]
    const updated = {
      name: 'update-row',
      database: database.name,
      table: table.name,
      pks: parseRowKey(segment),
    } as const
    const written = await permittedWrite(deps, c, database, {
      condition: selectOne(table, key, keyNames(table)),
      statements: [
        ...added.statements,
        ...changes,
        ...(reads ? [selectOne(table, newKey, columns)] : []),
        ...schemaAfter(table, added.statements),
      ],
      may: [{ operation: 'update', table: table.name }],
      does: [updated],
    })
    if (!written.ok) {
      throw written.error.reason === 'unmet' ? recordNotFound(segment) : writeRefusal(written.error)
    }

    await deps.trackEvents(c, [
      ...tableAltered(database.name, table, added.statements, written.value),
      updated,
    ])
    const [row] = reads ? (written.value.results[added.statements.length + changes.length]?.rows ?? []) : []
    if (says) sayOfRow(deps, c, 'Updated', { database, table, segment, row: row ?? null })
    const rows = row === undefined ? '[]' : `[${rowObject(columns, row)}]`
    const answer = returnsRow ? { ok: { value: true }, rows: { json: rows } } : { ok: { value: true } }
    return jsonAnswer(c, jsonObject(answer), dataHeaders(c))
  }
