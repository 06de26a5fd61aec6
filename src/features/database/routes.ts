import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databaseHandler } from './handler.tsx'

/** The page of a database, and its tables and views as JSON. */
export function databaseRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database{.json}',
      allow: { who: 'permitted', action: 'view-database' },
      handle: databaseHandler(deps),
    },
  ]
}
