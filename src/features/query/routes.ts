import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryHandler } from './handler.tsx'

/** The page on which people write SQL, and the rows that it finds as JSON. */
export function queryRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/-/query{.json}',
      allow: { who: 'permitted', action: 'execute-sql' },
      handle: queryHandler(deps),
    },
  ]
}
