import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryListHandler } from './handler.tsx'

/** The stored queries of all databases together, and of one (host.md §9.9): each reader gets those that they may see. */
export function queryListRoutes(deps: FeatureDeps): readonly Route[] {
  return ['/-/queries{.json}', '/:database/-/queries{.json}'].map((path) => ({
    method: 'GET',
    path,
    allow: { who: 'anyone' },
    handle: queryListHandler(deps),
  }))
}
