import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { insertHandler } from './insert-handler.ts'
import { refuseInJson, refusingInJson } from './json-errors.ts'

/** The JSON API that changes data. */
export function writeRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/:database/:table/-/insert',
      allow: { who: 'permitted', action: 'insert-row' },
      refuse: refuseInJson(deps.permissions),
      handle: refusingInJson(insertHandler(deps)),
    },
  ]
}
