import { selectedColumns } from '../../database/row-key.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { blobSuffix } from '../blob/blob-address.ts'
import { cachedDataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { rowsText } from '../json/row-json.ts'
import { separateRows } from '../json/shape.ts'
import { rowPath } from '../links.ts'
import { requireFoundRow } from '../row/found-row.ts'
import { csvAnswer } from './csv-answer.ts'
import { csvFields } from './csv-field.ts'
import { csvLine } from './csv-line.ts'
import { requireCsvRequest } from './csv-request.ts'

/** `GET /:database/:table/:pks.csv`: one row by its primary key (host.md §9.8, §9.11). */
export const rowCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { settings, urls } = deps
    const request = requireCsvRequest(parametersOf(c), settings)
    const { database, table, key, row } = requireFoundRow(deps, params)

    const columns = selectedColumns(table)
    const [values = '[]'] = separateRows(rowsText(columns, row))
    const fields = csvFields(columns, splitJsonArray(values), (column) =>
      urls.absolute(c.req.raw, rowPath(database.name, table.name, key) + blobSuffix(column)),
    )
    const first = { lines: [csvLine(fields)], next: null }
    const answer = { request, name: table.name, header: columns, first }
    return csvAnswer(c, settings, answer, cachedDataHeaders(c, settings))
  }
