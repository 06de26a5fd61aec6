import { keyNames, selectedColumns } from '../../../database/row-key.ts'
import { tableResource } from '../../../permissions/action.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { rowObject } from '../../json/row-json.ts'
import { addedColumns, writableColumns } from './added-columns.ts'
import { columnTypeFaults } from '../column-types/column-types.ts'
import { requireFurther, TO_ADD_COLUMNS, TO_UPSERT } from '../permitted/further-permissions.ts'
import { errorJson } from '../../json/json-errors.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { readBack } from './one-row.ts'
import { mayDeleteRows } from '../permitted/may-delete-rows.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import type { RepeatableHandler } from '../requests/repeatable.ts'
import { schemaAfter, tableAltered } from './table-altered.ts'
import { upserts } from './upsert-plan.ts'
import { parseUpsertRequest } from './upsert-request.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'
import { maySeeTable } from '../../visible-tables.ts'

/**
 * `POST /:database/:table/-/upsert`: adds rows, or changes those whose key is there; all of them or none (host.md
 * §10.3). The rows come back, when that was asked for, to those who may see the table; others get an empty list, since
 * nobody tells them which rows were there before.
 */
export const upsertHandler =
  (deps: FeatureDeps): RepeatableHandler =>
  async (c, params, { source, begin }) => {
    const { permissions, settings } = deps
    const actor = c.get('actor')
    const { database, table } = requireWritableTable(deps.databases, params)
    const resource = tableResource(database.name, table.name)
    requireFurther(permissions, actor, { held: 'insert-row', further: [TO_UPSERT], resource })
    const rules = { columns: writableColumns(table), maxRows: settings.max_insert_rows }
    const key = keyNames(table)
    const request = parseUpsertRequest(await requireJsonBody(source, deps), rules, key)
    if (!request.ok) return errorJson(c, 400, request.error)
    const { rows, returnsRows, addsColumns } = request.value
    const further = addsColumns ? [TO_UPSERT, TO_ADD_COLUMNS] : []
    requireFurther(permissions, actor, { held: 'insert-row', further, resource })

    const faults = await columnTypeFaults(deps, database.name, table, rows)
    if (faults.length > 0) return errorJson(c, 400, faults)

    const added = addedColumns(table, rows)
    const columns = [...selectedColumns(table), ...added.names]
    const shows = returnsRows && maySeeTable(permissions, actor, database, table.name)
    const mayDelete = mayDeleteRows(permissions, actor, database.name, table.name)
    const changes = [...added.statements, ...upserts(table, rows, mayDelete)]
    const reads = shows
      ? rows.map((row) => {
          const values = new Map(key.map((name) => [name, row.get(name) ?? null]))
          return readBack(table, values, columns)
        })
      : []
    const upserted = {
      name: 'upsert-rows',
      database: database.name,
      table: table.name,
      num_rows: rows.length,
    } as const
    await begin()
    const written = await permittedWrite(deps, c, database, {
      statements: [...changes, ...reads, ...schemaAfter(table, added.statements)],
      may: [
        { operation: 'insert', table: table.name },
        { operation: 'update', table: table.name },
      ],
      does: [upserted],
    })
    if (!written.ok) throw writeRefusal(written.error)
    await deps.trackEvents(c, [
      ...tableAltered(database.name, table, added.statements, written.value),
      upserted,
    ])

    const found = written.value.results.slice(changes.length, changes.length + reads.length)
    const stored = found.flatMap((result) => result.rows.slice(0, 1))
    const json = `[${stored.map((row) => rowObject(columns, row)).join(',')}]`
    const answer = returnsRows ? { ok: { value: true }, rows: { json } } : { ok: { value: true } }
    return jsonAnswer(c, jsonObject(answer), dataHeaders(c))
  }
