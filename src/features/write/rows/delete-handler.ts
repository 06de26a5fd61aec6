import { keyNames } from '../../../database/row-key.ts'
import { parseRowKey } from '../../../http/tilde.ts'
import { parametersOf, type AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { findRow } from '../../find-row.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { tablePath } from '../../links.ts'
import { isSwitchedOn } from '../../switches.ts'
import { deleteOne, recordNotFound, requireStoredKey, selectOne } from './one-row.ts'
import { sayOfRow } from './row-message.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/**
 * `POST /:database/:table/:pks/-/delete`: deletes one row (host.md §10.4). The body is not read. `?_redirect_to_table=1`
 * leaves a note for the next page, and the answer says that it is the table's.
 */
export const deleteHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, table } = requireWritableTable(deps.databases, params)
    const segment = params['pks'] ?? ''
    const key = requireStoredKey(database, table, segment)
    const redirects = isSwitchedOn(parametersOf(c), '_redirect_to_table')
    const row = redirects ? findRow(database, table, parseRowKey(segment)) : null
    const pks = parseRowKey(segment)
    const deleted = { name: 'delete-row', database: database.name, table: table.name, pks } as const
    const written = await permittedWrite(deps, c, database, {
      condition: selectOne(table, key, keyNames(table)),
      statements: [deleteOne(table, key)],
      may: [{ operation: 'delete', table: table.name }],
      does: [deleted],
    })
    if (!written.ok) {
      throw written.error.reason === 'unmet' ? recordNotFound(segment) : writeRefusal(written.error)
    }
    await deps.trackEvents(c, [deleted])
    if (!redirects) return jsonAnswer(c, jsonObject({ ok: { value: true } }), dataHeaders(c))
    sayOfRow(deps, c, 'Deleted', { database, table, segment, row })
    const redirect = deps.urls.path(tablePath(database.name, table.name))
    return jsonAnswer(c, jsonObject({ ok: { value: true }, redirect: { value: redirect } }), dataHeaders(c))
  }
