import type { Child } from 'hono/jsx'
import type { Actor } from '../auth/actor.ts'
import type { Settings } from '../config/settings.ts'
import type { Database, Table } from '../database/database.ts'
import { keyNames } from '../database/row-key.ts'
import { tableResource } from '../permissions/action.ts'
import { RowAction } from '../ui/row-action.tsx'
import { isByHand } from './by-hand.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { deleteRowPath, editRowPath } from './links.ts'

/** Which changes of rows this reader may make by hand: none where nobody may. */
export function rowRights(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  table: Table,
): { readonly insert: boolean; readonly update: boolean; readonly delete: boolean } {
  const isWritable = isByHand(database, table, 'rows')
  const may = (action: string) =>
    isWritable && permissions.allows(actor, action, tableResource(database.name, table.name))
  const hasKey = keyNames(table).length > 0
  return {
    insert: may('insert-row'),
    update: hasKey && may('update-row'),
    delete: hasKey && may('delete-row'),
  }
}

/** The settings for a page whose reader may change what it shows: kept by no browser, or they would look for their change in vain. */
export function pageSettings(settings: Settings, mayChange: boolean): Settings {
  return mayChange ? { ...settings, default_cache_ttl: 0 } : settings
}

/** Small links to the pages that edit and delete a row of a table; null for a reader who may do neither. */
export function rowActions(
  deps: Pick<FeatureDeps, 'permissions' | 'urls'>,
  actor: Actor | null,
  database: Database,
  table: Table,
): ((key: readonly string[]) => Child) | null {
  const rights = rowRights(deps, actor, database, table)
  if (!rights.update && !rights.delete) return null
  const path = (place: string) => deps.urls.path(place)
  return (key) => (
    <span class="row-actions">
      {rights.update && (
        <RowAction
          kind="edit"
          label={`Edit row ${key.join(', ')}`}
          path={path(editRowPath(database.name, table.name, key))}
        />
      )}
      {rights.delete && (
        <RowAction
          kind="delete"
          label={`Delete row ${key.join(', ')}`}
          path={path(deleteRowPath(database.name, table.name, key))}
        />
      )}
    </span>
  )
}
