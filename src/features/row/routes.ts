import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowHandler } from './handler.tsx'

/** The page of one row, and the row as JSON. */
export function rowRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/:table/:pks*{.json}',
      allow: { who: 'permitted', action: 'view-table' },
      handle: rowHandler(deps),
    },
  ]
}
