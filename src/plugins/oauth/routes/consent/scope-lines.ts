import {
  databaseResource,
  describeAction,
  tableResource,
  type Action,
  type Actor,
  type PluginHost,
} from '../../../../plugin.ts'
import type { ScopeLine } from '../../pages/scope-choice.tsx'
import { placeOf, type Scope } from '../../protocol/scope.ts'
import type { ScopeOffer } from '../../protocol/scope-offers.ts'

/** What a request asks for, as its page shows it to the person who is asked. */
export function scopeLines(
  host: Pick<PluginHost, 'permissions' | 'hasTable'>,
  actor: Actor,
  offers: readonly ScopeOffer[],
): readonly ScopeLine[] {
  return offers.map(({ index, scope, action, status }) => ({
    index,
    status,
    isMissing: isMissing(host, actor, scope, action),
    ...describeAction(action, placeOf(scope)),
  }))
}

/** Whether there is no such table. Who could not see a table of that name is not told: that nothing is said would say that there is one. */
function isMissing(
  { permissions, hasTable }: Pick<PluginHost, 'permissions' | 'hasTable'>,
  actor: Actor,
  [, database, table]: Scope,
  { resourceKind }: Action,
): boolean {
  if (resourceKind !== 'table' || database === undefined || table === undefined) return false
  return (
    permissions.allows(actor, 'view-database', databaseResource(database)) &&
    permissions.allows(actor, 'view-table', tableResource(database, table)) &&
    !hasTable(database, table)
  )
}
