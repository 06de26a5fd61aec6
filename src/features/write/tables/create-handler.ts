import type { AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import { requireDatabase } from '../../exists.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { planCreation, runCreation } from './create-table.ts'
import { errorJson } from '../../json/json-errors.ts'
import { requireJsonBody } from '../requests/json-body.ts'
import { tableAddresses } from './table-answer.ts'
import { requireMutable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** `POST /:database/-/create`: makes a table from columns or from rows, or adds rows to one that is there (host.md §10.5). */
export const createHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const actor = c.get('actor')
    const database = requireDatabase(deps.databases, params['database'])
    requireMutable(database)
    const creation = await planCreation(deps, actor, database, await requireJsonBody(c.req.raw, deps))
    if (!creation.ok) return errorJson(c, 400, creation.error)
    const made = await runCreation(deps, c, database, creation.value)
    if (!made.ok) throw writeRefusal(made.error)
    const schema = made.value

    const { target, request } = creation.value
    const { table: name, content } = request
    const shows = target.kind === 'made' || maySeeTable(deps.permissions, actor, database, name)
    const answer = jsonObject({
      ok: { value: true },
      ...tableAddresses(deps.urls, c.req.raw, database.name, name),
      ...(shows ? { schema: { value: schema } } : {}),
      ...(content.kind === 'rows' ? { row_count: { value: content.rows.length } } : {}),
    })
    return jsonAnswer(c, answer, dataHeaders(c), 201)
  }
