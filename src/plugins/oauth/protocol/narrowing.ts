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

/**
 * What is left of a grant of which a person keeps some scopes, each written as `JSON.stringify` writes it. Of these only those
 * count that are in the grant, so that a posted form can narrow and nothing else. Null when nothing would be left. Full access has
 * no parts: it is kept as it is.
 */
export function keepScopes(granted: GrantedScopes, kept: readonly string[]): GrantedScopes | null {
  if (granted.access === 'full') return granted
  const scopes = granted.scopes.filter((scope) => kept.includes(JSON.stringify(scope)))
  return isNonEmpty(scopes) ? { access: 'listed', scopes } : null
}

/** Whether the same action is meant, at the same place or further in. */
function covers(whole: Scope, part: Scope): boolean {
  return whole.every((name, index) => name === part[index])
}
