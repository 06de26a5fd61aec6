import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { tableHandler } from './handler.tsx'

/** The page of a table or view, and its rows as JSON. */
export function tableRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/:table{.json}',
      allow: { who: 'permitted', action: 'view-table' },
      handle: tableHandler(deps),
    },
  ]
}
