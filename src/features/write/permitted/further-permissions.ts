import type { Actor } from '../../../auth/actor.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { Resource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'
import { challengeHeaders } from '../../challenge.ts'

/** An action that a request needs besides the one of its address, and what is said to who may not do it. */
export type FurtherAction = { readonly action: string; readonly denied: string }

/** What `"alter": true` needs. */
export const TO_ADD_COLUMNS: FurtherAction = {
  action: 'alter-table',
  denied: 'Permission denied for alter-table',
}

/** What `"replace": true` needs. */
export const TO_REPLACE: FurtherAction = {
  action: 'update-row',
  denied: 'Permission denied: need update-row to use "replace"',
}

/** What an upsert needs besides `insert-row`, and what it says to who has only one of the two. */
export const TO_UPSERT: FurtherAction = {
  action: 'update-row',
  denied: 'Permission denied: need both insert-row and update-row',
}

/**
 * Throws the 403 for the first of the further actions that the actor may not do. `held` is the action of the
 * address: the challenge names everything that the operation needs.
 */
export function requireFurther(
  permissions: Permissions,
  actor: Actor | null,
  { held, further, resource }: Needs,
): void {
  const missing = further.find(({ action }) => !permissions.allows(actor, action, resource))
  if (missing === undefined) return
  const actions = [held, ...further.map(({ action }) => action)]
  throw new HttpError(403, missing.denied, {
    headers: challengeHeaders(permissions, actor, actions, resource),
  })
}

type Needs = {
  readonly held: string
  readonly further: readonly FurtherAction[]
  readonly resource: Resource
}
