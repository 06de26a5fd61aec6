import type { Database, Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { isObject } from '../../http/exact-json.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../json/json-answer.ts'
import { queryRefusal } from '../query-refusal.ts'
import { requireJsonBody } from './json-body.ts'
import { requireWritableTable } from './writable-table.ts'
import { writeRefusal } from './write-refusal.ts'
import { maySeeTable } from '../visible-tables.ts'

/** `POST /:database/:table/-/drop`: deletes a table, or tells what would be lost until that is confirmed (host.md §10.7). */
export const dropHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, table } = requireWritableTable(deps.databases, params)
    const timeLimitMs = deps.settings.sql_time_limit_ms
    const { permissions } = deps
    const actor = c.get('actor')
    const mayCount = maySeeTable(permissions, actor, database, table.name)
    const body = await requireJsonBody(c.req.raw, deps)
    if (!isObject(body) || body['confirm'] !== true) {
      const answer = jsonObject({
        ok: { value: true },
        database: { value: database.name },
        table: { value: table.name },
        row_count: { value: mayCount ? await rowCount(database, table, timeLimitMs) : null },
        message: { value: 'Pass "confirm": true to confirm' },
      })
      return jsonAnswer(c, answer, dataHeaders(c))
    }

    // SQLite deletes the rows first, and with them what refers to them in other tables.
    const referring = table.foreignKeys.incoming.map(({ otherTable }) => otherTable)
    const mayDelete = permissions.allowsIn(actor, 'delete-row', database.name)
    if (!referring.every((name) => name === table.name || mayDelete(name))) {
      throw new HttpError(403, 'Permission denied: need delete-row on the tables that refer to this one')
    }
    const statements = [{ sql: `drop table ${quoteIdentifier(table.name)}`, params: [] }]
    const written = await database.write({ statements, timeLimitMs })
    if (!written.ok) throw writeRefusal(written.error)
    await deps.trackEvents(c, [{ name: 'drop-table', database: database.name, table: table.name }])
    await deps.columnTypes.follow(database.name, { table: table.name, to: null, columns: new Map() })
    return jsonAnswer(c, jsonObject({ ok: { value: true } }), dataHeaders(c))
  }

/** The number of rows; null when counting takes too long, since a large table can be dropped as well. */
async function rowCount(database: Database, table: Table, timeLimitMs: number): Promise<number | null> {
  const sql = `select count(*) from ${quoteIdentifier(table.name)}`
  const answer = await database.query({ sql, params: [], maxRows: 1, timeLimitMs, shape: 'arrays' })
  if (answer.ok) return Number(answer.value.lastRow?.[0] ?? 0)
  if (answer.error.reason === 'interrupted') return null
  throw queryRefusal(answer.error)
}
