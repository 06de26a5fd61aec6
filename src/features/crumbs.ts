import type { Actor } from '../auth/actor.ts'
import { databaseResource, tableResource } from '../permissions/action.ts'
import type { Crumb } from '../ui/layout.tsx'
import type { FeatureDeps } from './feature-deps.ts'
import { databasePath, tablePath } from './links.ts'

/** The way to a page below a database, and below a table of it: only through pages that this reader may open. */
export function crumbsTo(
  { permissions, urls }: Pick<FeatureDeps, 'permissions' | 'urls'>,
  actor: Actor | null,
  database: string,
  table: string | null = null,
): readonly Crumb[] {
  const crumbs: Crumb[] = []
  if (permissions.allows(actor, 'view-database', databaseResource(database))) {
    crumbs.push({ label: database, path: urls.path(databasePath(database)) })
  }
  if (table !== null && permissions.allows(actor, 'view-table', tableResource(database, table))) {
    crumbs.push({ label: table, path: urls.path(tablePath(database, table)) })
  }
  return crumbs
}
