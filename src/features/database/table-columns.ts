import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { listingFor } from '../listing.ts'
import { tableColumns, tablesOf } from './json.ts'

/**
 * `GET /:database/-/query/columns`: `table_columns` of `/:database.json` alone, for an editor of SQL. Pages do not carry it,
 * because there may be very many tables, and it counts no rows.
 */
export const tableColumnsHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Response => {
    const database = requireDatabase(deps.databases, params['database'])
    const listing = listingFor(deps, c.get('actor'), database)
    const document = { ok: true, table_columns: tableColumns(tablesOf(database, listing), listing.views) }
    return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
  }
