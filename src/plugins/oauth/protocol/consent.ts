import { isNonEmpty, type GrantedScopes } from './scope.ts'
import type { ScopeRequest } from './scope-request.ts'

/**
 * What the posted consent form grants, or null for "nothing". The form can only narrow: it names lines of the page by
 * their number, and of those only the ones in `offered` count.
 *
 * Full access is granted by its own box alone, and only when it was what the page asked about.
 */
export function readDecision(
  scope: ScopeRequest,
  offered: readonly number[],
  form: URLSearchParams,
): GrantedScopes | null {
  if (isTicked(form, 'deny')) return null
  if (scope.access === 'full') return isTicked(form, 'full_access') ? { access: 'full' } : null

  const scopes = scope.scopes
    .filter(
      ({ hasEffect }, index) => hasEffect && offered.includes(index) && isTicked(form, `scope_${index}`),
    )
    .map((line) => line.scope)
  return isNonEmpty(scopes) ? { access: 'listed', scopes } : null
}

/**
 * The same for the page on which a device is reviewed. Full access was asked about on a page of its own, whose box the
 * browser requires: pressing Authorize there is the approval, as datasette-oauth's clients post it (decision 0010).
 */
export function readDeviceDecision(
  scope: ScopeRequest,
  offered: readonly number[],
  form: URLSearchParams,
): GrantedScopes | null {
  if (scope.access === 'full') return isTicked(form, 'deny') ? null : { access: 'full' }
  return readDecision(scope, offered, form)
}

function isTicked(form: URLSearchParams, name: string): boolean {
  return (form.get(name) ?? '') !== ''
}
