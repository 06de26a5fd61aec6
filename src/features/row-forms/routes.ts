import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { deleteRow, deleteRowPage } from './delete.tsx'
import { editRow, editRowPage } from './edit.tsx'
import { insertRow, insertRowPage } from './insert.tsx'
import { pasteRows, pasteRowsPage } from './paste.tsx'

/**
 * The pages on which people change rows by hand. They write through the same plans as the JSON API, whose addresses are others:
 * `insert-row` here, `insert` there.
 */
export function rowFormRoutes(deps: FeatureDeps): readonly Route[] {
  const page = (
    path: string,
    action: string,
    show: Route['handle'],
    change: Route['handle'],
  ): readonly Route[] => [
    { method: 'GET', path, allow: { who: 'permitted', action }, handle: show },
    { method: 'POST', path, allow: { who: 'permitted', action }, handle: change },
  ]
  return [
    ...page('/:database/:table/-/insert-row', 'insert-row', insertRowPage(deps), insertRow(deps)),
    ...page('/:database/:table/-/insert-rows', 'insert-row', pasteRowsPage(deps), pasteRows(deps)),
    ...page('/:database/:table/:pks*/-/edit-row', 'update-row', editRowPage(deps), editRow(deps)),
    ...page('/:database/:table/:pks*/-/delete-row', 'delete-row', deleteRowPage(deps), deleteRow(deps)),
  ]
}
