import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { storedQueryAt } from '../stored-queries.ts'
import { queryBlobHandler, storedQueryBlobHandler } from './query-blob.ts'
import { rowBlobHandler } from './row-blob.ts'

/** Single values as files (host.md §9.8). The routes stand before those of the pages, whose row keys may contain dots. */
export function blobRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/-/query.blob',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: queryBlobHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:query.blob',
      only: (params) => storedQueryAt(deps, params) !== null,
      allow: { who: 'permitted', action: 'view-query' },
      handle: storedQueryBlobHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:table/:pks*.blob',
      allow: { who: 'permitted', action: 'view-table' },
      handle: rowBlobHandler(deps),
    },
  ]
}
