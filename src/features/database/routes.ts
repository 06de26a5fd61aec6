import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { downloadHandler } from './download.ts'
import { databaseHandler } from './handler.tsx'
import { tableColumnsHandler } from './table-columns.ts'

/** The page of a database, its tables and views as JSON, its file, and the names in it for those who may run SQL. */
export function databaseRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database{.json}',
      allow: { who: 'permitted', action: 'view-database' },
      handle: databaseHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database.db',
      allow: { who: 'permitted', action: 'view-database-download' },
      asksPermissionFirst: true,
      handle: downloadHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/-/query/columns',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: tableColumnsHandler(deps),
    },
  ]
}
