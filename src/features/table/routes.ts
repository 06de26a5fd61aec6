import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { fragmentHandler } from './fragment.tsx'
import { tableHandler } from './handler.tsx'

/** The page of a table or view, its rows as JSON, and the part of the page that shows them. */
export function tableRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/:table{.json}',
      allow: { who: 'permitted', action: 'view-table' },
      handle: tableHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/:table/-/fragment',
      allow: { who: 'permitted', action: 'view-table' },
      handle: fragmentHandler(deps),
    },
  ]
}
