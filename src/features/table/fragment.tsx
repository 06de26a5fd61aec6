import { parseRows } from '../../database/cells.ts'
import { columnSql } from '../../database/column-sql.ts'
import type { Database, Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import { parseRowKey } from '../../http/tilde.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { findRow } from '../find-row.ts'
import type { Condition } from './condition.ts'
import { pageTable, requirePageRows } from './page-table.tsx'
import { RowsTable } from './rows-table.tsx'
import { requireTableRequest, type TableRequest } from './table-request.ts'

/**
 * `GET /:database/:table/-/fragment`: the table of rows as it stands on the page of the same parameters, as HTML without the
 * page around it, for scripts that put it in place of what is there. `?_row=` asks for the row with this key alone.
 */
export const fragmentHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const request = onlyRow(requireTableRequest(deps, c, params, null))
    const { answer } = await requirePageRows(request)
    const props = await pageTable(deps, c, request, answer.columns, parseRows(answer.rows))
    return c.html(<RowsTable {...props} columnMenu={() => false} />, 200, {
      ...dataHeaders(c),
      'Cache-Control': 'no-store',
    })
  }

function onlyRow(request: TableRequest): TableRequest {
  const segment = request.query.get('_row')
  if (segment === null) return request
  const { database, table, selection } = request
  return {
    ...request,
    selection: {
      ...selection,
      conditions: [...selection.conditions, keyCondition(database, table, segment)],
    },
  }
}

/** Holds for the row with this key, and for none where there is no such row. */
function keyCondition(database: Database, table: Table, segment: string): Condition {
  const row = findRow(database, table, parseRowKey(segment), keyNames(table))
  if (row === null) return { sql: () => '0', words: null }
  const column = columnSql(table)
  return {
    sql: (bind) =>
      keyNames(table)
        .map((name) => `${column(name).sql} = ${bind(row[name] ?? null)}`)
        .join(' and '),
    words: null,
  }
}
