import type { AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { planAlteration, runAlteration } from './alter-table.ts'
import { errorJson } from '../../json/json-errors.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { tableAddresses } from './table-answer.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'

/** `POST /:database/:table/-/alter`: changes the columns or the name of a table, in all operations or none (host.md §10.6). */
export const alterHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const actor = c.get('actor')
    const altered = requireWritableTable(deps.databases, params)
    const alteration = planAlteration(deps, actor, altered, await requireJsonBody(c.req.raw, deps))
    if (!alteration.ok) return errorJson(c, 400, alteration.error)
    const schema = await runAlteration(deps, c, alteration.value)

    const { database, table, plan, operations } = alteration.value
    const shows = maySeeTable(deps.permissions, actor, database, table.name)
    const answer = jsonObject({
      ok: { value: true },
      ...tableAddresses(deps.urls, c.req.raw, database.name, plan.table),
      altered: { value: schema !== table.sql },
      ...(shows ? { schema: { value: schema }, before_schema: { value: table.sql } } : {}),
      operations_applied: { value: operations.length },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
  }
