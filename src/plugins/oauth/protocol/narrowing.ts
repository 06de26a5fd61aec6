import { fail, ok, type Result } from '../../../plugin.ts'
import { isNonEmpty, type GrantedScopes, type Scope } from './scope.ts'
import { namesNothing, parseScopeRequest, type FindAction, type ScopeFailure } from './scope-request.ts'

export type NarrowingFailure = ScopeFailure | { readonly reason: 'scope-outside-grant' }

/**
 * What a refresh asks for of what was granted (RFC 6749 §6). `text` is its scope parameter, null when it has none; one that
 * names nothing asks for all of it, and one that names anything else than a part of it is refused.
 */
export function narrowScopes(
  granted: GrantedScopes,
  text: string | null,
  findAction: FindAction,
): Result<GrantedScopes, NarrowingFailure> {
  if (text === null || namesNothing(text)) return ok(granted)
  const asked = parseScopeRequest(text, findAction)
  if (!asked.ok) return asked
  if (asked.value.access === 'full') {
    return granted.access === 'full' ? ok(granted) : fail({ reason: 'scope-outside-grant' })
  }
  const scopes = asked.value.scopes.filter(({ hasEffect }) => hasEffect).map(({ scope }) => scope)
  const isPart =
    granted.access === 'full' || scopes.every((scope) => granted.scopes.some((whole) => covers(whole, scope)))
  return isPart && isNonEmpty(scopes)
    ? ok({ access: 'listed', scopes })
    : fail({ reason: 'scope-outside-grant' })
}

/** Whether the same action is meant, at the same place or further in. */
function covers(whole: Scope, part: Scope): boolean {
  return whole.every((name, index) => name === part[index])
}
