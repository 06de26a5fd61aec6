import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { refuseInJson, refusingInJson } from '../json/json-errors.ts'
import { analyzeQueryHandler } from './analyze-handler.ts'
import {
  deletePageHandler,
  deleteQueryHandler,
  editHandler,
  editPageHandler,
  updateQueryHandler,
} from './edit-handlers.tsx'
import { storeHandler, storePageHandler } from './store-handler.tsx'

/** Queries that people save: a form, and what programs send (host.md §9.9). */
export function saveQueryRoutes(deps: FeatureDeps): readonly Route[] {
  const permitted = (action: string) => ({
    allow: { who: 'permitted', action } as const,
    refuse: refuseInJson(deps.permissions, {
      denied: `Permission denied: need ${action}`,
      needs: [action],
    }),
  })
  // Saving needs `execute-sql` too, and says so first.
  const toStore: Pick<Route, 'allow' | 'refuse'> = {
    allow: { who: 'permitted', action: 'store-query' },
    refuse: (c, refusal) => {
      const lacksSql =
        refusal.reason === 'forbidden' &&
        !deps.permissions.allows(c.get('actor'), 'execute-sql', refusal.resource)
      const denied = `Permission denied: need ${lacksSql ? 'execute-sql' : 'store-query'}`
      return refuseInJson(deps.permissions, { denied, needs: ['execute-sql', 'store-query'] })(c, refusal)
    },
  }
  const page = (action: string) => ({ allow: { who: 'permitted', action } as const })
  return [
    {
      method: 'GET',
      path: '/:database/-/queries/store',
      ...page('store-query'),
      handle: storePageHandler(deps),
    },
    {
      method: 'POST',
      path: '/:database/-/queries/store',
      ...toStore,
      handle: storeHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/-/queries/analyze',
      ...toStore,
      handle: refusingInJson(analyzeQueryHandler(deps)),
    },
    {
      method: 'GET',
      path: '/:database/:query/-/edit',
      ...page('update-query'),
      handle: editPageHandler(deps),
    },
    { method: 'POST', path: '/:database/:query/-/edit', ...page('update-query'), handle: editHandler(deps) },
    {
      method: 'POST',
      path: '/:database/:query/-/update',
      ...permitted('update-query'),
      handle: refusingInJson(updateQueryHandler(deps)),
    },
    {
      method: 'GET',
      path: '/:database/:query/-/delete',
      ...page('delete-query'),
      handle: deletePageHandler(deps),
    },
    {
      method: 'POST',
      path: '/:database/:query/-/delete',
      ...permitted('delete-query'),
      handle: refusingInJson(deleteQueryHandler(deps)),
    },
  ]
}
