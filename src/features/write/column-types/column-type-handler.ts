import type { AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import { requireDatabase, requireTable } from '../../exists.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { setColumnType } from './set-column-type.ts'

/** `POST /:database/:table/-/set-column-type`: says what the values of a column mean, or no longer (host.md §10.7). */
export const columnTypeHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const table = requireTable(database, params['table'])
    const { column, type } = await setColumnType(
      deps,
      c,
      database,
      table,
      await requireJsonBody(c.req.raw, deps),
    )
    const answer = jsonObject({
      ok: { value: true },
      database: { value: database.name },
      table: { value: table.name },
      column: { value: column },
      column_type: { value: type },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
  }
