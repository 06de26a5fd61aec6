import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { jumpPlaces, MOST_PLACES, type JumpDeps } from './places.ts'
import { searchHandler } from './search.tsx'

/**
 * Finds databases, tables, views, queries and pages of the server by name, among those that the reader may see: `GET /-/jump`, always JSON
 * (host.md §9.12), for the dialog of the header, and `GET /-/search`, the page that its link leads to without scripts.
 */
export function jumpRoutes(deps: JumpDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/jump{.json}',
      allow: { who: 'anyone' },
      handle: async (c) => {
        const found = await jumpPlaces(deps, c.get('actor'), c.req.query('q') ?? '')
        const matches = found.slice(0, MOST_PLACES)
        const document = { ok: true, matches, truncated: found.length > MOST_PLACES }
        return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
      },
    },
    {
      method: 'GET',
      path: '/-/search',
      allow: { who: 'anyone' },
      handle: searchHandler(deps),
    },
  ]
}
