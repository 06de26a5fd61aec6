import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { jumpPlaces } from './places.ts'

/** Most places that one answer names (host.md §6). */
const MOST_PLACES = 100

/** `GET /-/jump`: finds databases, tables and views by name, among those that the reader may see (host.md §9.12). Always JSON. */
export function jumpRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/jump{.json}',
      allow: { who: 'anyone' },
      handle: (c) => {
        const found = jumpPlaces(deps, c.get('actor'), c.req.query('q') ?? '')
        const matches = found.slice(0, MOST_PLACES)
        const document = { ok: true, matches, truncated: found.length > MOST_PLACES }
        return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
      },
    },
  ]
}
