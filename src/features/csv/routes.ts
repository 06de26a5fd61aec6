import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { storedQueryAt } from '../stored-queries.ts'
import { queryCsvHandler, storedQueryCsvHandler } from './query-csv.ts'
import { rowCsvHandler } from './row-csv.ts'
import { tableCsvHandler } from './table-csv.ts'

/**
 * Rows as CSV, wherever there are rows as JSON (host.md §9.11). The routes stand before those of the pages, whose
 * row keys may contain dots.
 */
export function csvRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/-/query.csv',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: queryCsvHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:query.csv',
      only: (params) => storedQueryAt(deps, params) !== null,
      allow: { who: 'permitted', action: 'view-query' },
      handle: storedQueryCsvHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:table.csv',
      allow: { who: 'permitted', action: 'view-table' },
      handle: tableCsvHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:table/:pks*.csv',
      allow: { who: 'permitted', action: 'view-table' },
      handle: rowCsvHandler(deps),
    },
  ]
}
