import type { AppContext } from '../../routing/context.ts'
import { dataHeaders } from '../data-headers.ts'
import { jumpPlaces, MOST_PLACES, type JumpDeps } from './places.ts'
import { SearchPage } from './search-page.tsx'

/** `GET /-/search`: the search for places as a page. */
export const searchHandler =
  (deps: JumpDeps) =>
  async (c: AppContext): Promise<Response> => {
    const words = (c.req.query('q') ?? '').trim()
    const found = words === '' ? null : await jumpPlaces(deps, c.get('actor'), words)
    return deps.page(c, {
      title: 'Jump to',
      width: 'wide',
      headers: dataHeaders(c),
      body: (
        <SearchPage
          action={deps.urls.path('/-/search')}
          words={words}
          places={found?.slice(0, MOST_PLACES) ?? null}
          hasMore={(found?.length ?? 0) > MOST_PLACES}
        />
      ),
    })
  }
