import { isObject } from '../../../http/exact-json.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { countRows } from './count-rows.ts'
import { dropTable } from './drop-table.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'

/** `POST /:database/:table/-/drop`: deletes a table, or tells what would be lost until that is confirmed (host.md §10.7). */
export const dropHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, table } = requireWritableTable(deps.databases, params)
    const actor = c.get('actor')
    const mayCount = maySeeTable(deps.permissions, actor, database, table.name)
    const body = await requireJsonBody(c.req.raw, deps)
    if (!isObject(body) || body['confirm'] !== true) {
      const { sql_time_limit_ms: timeLimitMs } = deps.settings
      const answer = jsonObject({
        ok: { value: true },
        database: { value: database.name },
        table: { value: table.name },
        row_count: { value: mayCount ? await countRows(database, table, timeLimitMs) : null },
        message: { value: 'Pass "confirm": true to confirm' },
      })
      return jsonAnswer(c, answer, dataHeaders(c))
    }
    await dropTable(deps, c, database, table)
    return jsonAnswer(c, jsonObject({ ok: { value: true } }), dataHeaders(c))
  }
