import type { Route, RouteParams } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { storedQueryAt } from '../stored-queries.ts'
import { definitionHandler } from './definition.ts'
import { queryHandler } from './handler.tsx'
import { parametersHandler } from './parameters.ts'
import { storedQueryHandler } from './stored-handler.tsx'
import { writeQueryHandler } from './write-handler.tsx'

/** The page on which people write SQL and the pages of stored queries, and the rows that both find as JSON. */
export function queryRoutes(deps: FeatureDeps): readonly Route[] {
  const stored = (params: RouteParams) => storedQueryAt(deps, params)
  return [
    {
      method: 'GET',
      path: '/:database/-/query{.json}',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: queryHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/-/query/parameters',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: parametersHandler,
    },
    {
      method: 'GET',
      path: '/:database/:query/-/definition',
      allow: { who: 'permitted', action: 'view-query' },
      handle: definitionHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:query{.json}',
      only: (params) => stored(params) !== null,
      allow: { who: 'permitted', action: 'view-query' },
      handle: storedQueryHandler(deps),
    },
    {
      method: 'POST',
      path: '/:database/:query{.json}',
      only: (params) => stored(params)?.write === true,
      allow: { who: 'permitted', action: 'view-query' },
      handle: writeQueryHandler(deps),
    },
  ]
}
