import { isTokenActor, type Actor } from '../auth/actor.ts'
import { bearerChallenge } from '../http/bearer-challenge.ts'
import type { Resource } from '../permissions/action.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { neededScope } from '../routing/needed-scope.ts'

/**
 * The header of a 403 that tells a program what its token has to carry: everything that the operation needs, not only
 * what was missed first (RFC 6750 §3.1). Somebody in a browser session gets none; another token would not help them.
 */
export function challengeHeaders(
  permissions: Permissions,
  actor: Actor | null,
  actions: readonly string[],
  resource: Resource,
): Readonly<Record<string, string>> {
  if (actor === null) return { 'WWW-Authenticate': bearerChallenge({ kind: 'no-credentials' }) }
  if (!isTokenActor(actor)) return {}
  const scope = actions.map((action) => neededScope(permissions, action, resource)).join(' ')
  return { 'WWW-Authenticate': bearerChallenge({ kind: 'insufficient-scope', scope }) }
}
