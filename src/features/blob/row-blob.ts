import { selectedColumns } from '../../database/row-key.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { cachedDataHeaders } from '../data-headers.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { requireFoundRow } from '../row/found-row.ts'
import { blobAnswer } from './blob-answer.ts'
import { requireBlobColumn } from './blob-request.ts'

/** `GET /:database/:table/:pks.blob`: the bytes in a column of one row (host.md §9.8). */
export const rowBlobHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const query = parametersOf(c)
    const database = requireDatabase(deps.databases, params['database'])
    const table = requireTable(database, params['table'])
    const column = requireBlobColumn(query, selectedColumns(table))
    // Nothing else is read: the other columns of the row may be as large.
    const { key, row } = requireFoundRow(deps, params, [column])
    const name = [table.name, key.join(','), column].join('-')
    return blobAnswer(c, row[column] ?? null, name, cachedDataHeaders(c, deps.settings))
  }
