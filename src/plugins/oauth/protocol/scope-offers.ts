import {
  INSTANCE,
  databaseResource,
  tableResource,
  type Action,
  type Actor,
  type Permissions,
  type Resource,
} from '../../../plugin.ts'
import type { RequestedScope, ScopeRequest } from './scope-request.ts'
import type { Scope } from './scope.ts'

/** Whether a scope can be given; `not-held`: the person does not have it; `no-effect`: it can grant nothing. */
export type OfferStatus = 'offered' | 'not-held' | 'no-effect'

/** One scope of a request, judged for the person who is asked. */
export type ScopeOffer = {
  /** Its place in the request. */
  readonly index: number
  readonly scope: Scope
  /** The action that the scope names. */
  readonly action: Action
  readonly status: OfferStatus
}

/** Judges what a person can give of a request, in its order. Full access has no scopes: it is decided as a whole. */
export function scopeOffers(
  request: ScopeRequest,
  actor: Actor,
  permissions: Permissions,
): readonly ScopeOffer[] {
  if (request.access === 'full') return []
  return request.scopes.flatMap((requested, index) => {
    const { scope } = requested
    const action = permissions.findAction(scope[0])
    if (action === null) return []
    return [{ index, scope, action, status: statusOf(requested, action, actor, permissions) }]
  })
}

/** The numbers of what can be given: what the page lets the person tick, and the decision counts. */
export function offeredIndexes(offers: readonly ScopeOffer[]): readonly number[] {
  return offers.filter(({ status }) => status === 'offered').map(({ index }) => index)
}

function statusOf(
  { scope, hasEffect }: RequestedScope,
  action: Action,
  actor: Actor,
  permissions: Permissions,
): OfferStatus {
  if (!hasEffect) return 'no-effect'
  return mayHold(scope, action, actor, permissions) ? 'offered' : 'not-held'
}

/**
 * Whether the person can do this, or some of it. At the action's own level the permissions decide. Asked for wider, it
 * is enough that some rule inside allows it: who may not write everywhere may still write somewhere, and a token
 * never does more than its user may at that place.
 */
function mayHold(
  [, database, resource]: Scope,
  { name, level }: Action,
  actor: Actor,
  permissions: Permissions,
): boolean {
  if (level === 'global') return permissions.allows(actor, name, INSTANCE)
  if (database !== undefined && resource !== undefined) {
    return permissions.allows(actor, name, tableResource(database, resource))
  }
  if (database !== undefined && level === 'database') {
    return permissions.allows(actor, name, databaseResource(database))
  }
  return permissions
    .rules(name)
    .some((rule) => touches(rule.scope, database) && rule.judge(actor) === 'allow')
}

/** Whether a rule speaks of something inside the database, or of anything at all when none is named. */
function touches(ruleScope: Resource, database: string | undefined): boolean {
  return database === undefined || ruleScope.level === 'global' || ruleScope.database === database
}
