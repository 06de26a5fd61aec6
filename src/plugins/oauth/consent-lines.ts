import {
  INSTANCE,
  databaseResource,
  tableResource,
  type Actor,
  type Permissions,
  type Resource,
} from '../../plugin.ts'
import { describeScope } from './describe-scope.ts'
import type { ScopeLine } from './pages/scope-choice.tsx'
import type { RequestedScope, ScopeRequest } from './protocol/scope-request.ts'
import type { Scope } from './protocol/scope.ts'

/** The lines of a consent page, in the order of the request. Full access has none: it is shown in a way of its own. */
export function consentLines(
  scope: ScopeRequest,
  actor: Actor,
  permissions: Permissions,
): readonly ScopeLine[] {
  if (scope.access === 'full') return []
  return scope.scopes.flatMap((requested, index) => {
    const action = permissions.findAction(requested.scope[0])
    if (action === null) return []
    return [
      { index, ...describeScope(requested.scope, action), status: statusOf(requested, actor, permissions) },
    ]
  })
}

/** The numbers of the lines that can be ticked. */
export function offeredLines(lines: readonly ScopeLine[]): readonly number[] {
  return lines.filter((line) => line.status === 'offered').map((line) => line.index)
}

function statusOf(
  { scope, hasEffect }: RequestedScope,
  actor: Actor,
  permissions: Permissions,
): ScopeLine['status'] {
  if (!hasEffect) return 'no-effect'
  return mayHold(scope, actor, permissions) ? 'offered' : 'not-held'
}

/**
 * Whether the person can do this, or some of it. At the action's own level the permissions decide. Asked for wider, it
 * is enough that some rule inside allows it: who may not write everywhere may still write somewhere, and a token
 * never does more than its user may at that place.
 */
function mayHold(scope: Scope, actor: Actor, permissions: Permissions): boolean {
  const [action, database, resource] = scope
  const level = permissions.findAction(action)?.level
  if (level === 'global') return permissions.allows(actor, action, INSTANCE)
  if (database !== undefined && resource !== undefined) {
    return permissions.allows(actor, action, tableResource(database, resource))
  }
  if (database !== undefined && level === 'database') {
    return permissions.allows(actor, action, databaseResource(database))
  }
  return permissions
    .rules(action)
    .some((rule) => touches(rule.scope, database) && rule.judge(actor) === 'allow')
}

/** Whether a rule speaks of something inside the database, or of anything at all when none is named. */
function touches(ruleScope: Resource, database: string | undefined): boolean {
  return database === undefined || ruleScope.level === 'global' || ruleScope.database === database
}
