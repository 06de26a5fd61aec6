import { ROOT_ACTOR_ID } from '../auth/actor.ts'
import { INSTANCE, type Action } from './action.ts'
import type { Rule } from './permissions.ts'

/**
 * What `--root` gives to the actor `root`: every action, at the widest scope. Any deny there and any narrower
 * rule still stands above it (host.md §5.5).
 */
export function rootRules(actions: readonly Action[]): readonly Rule[] {
  return actions.map((action) => ({
    action: action.name,
    scope: INSTANCE,
    judge: (actor) => (actor?.['id'] === ROOT_ACTOR_ID ? 'allow' : null),
    source: 'root',
    reason: 'root may do everything that no rule denies',
  }))
}
