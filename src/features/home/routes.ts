import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { homeHandler } from './handler.tsx'

/** The home page and its JSON, at both of their addresses. */
export function homeRoutes(deps: FeatureDeps): readonly Route[] {
  const handle = homeHandler(deps)
  return ['/{.json}', '/-/{.json}'].map((path) => ({
    method: 'GET',
    path,
    allow: { who: 'permitted', action: 'view-instance' },
    handle,
  }))
}
