import { fail, ok, type EpochSeconds, type PersonId, type Result } from '../../../plugin.ts'
import type { GrantId } from './ids.ts'
import { onlyValue } from './parameters.ts'
import { isWholeServer } from './resource.ts'
import type { GrantedScopes } from './scope.ts'

/** What one person gave one client. Codes and tokens come of it, and end with it. */
export type Grant = {
  readonly grantId: GrantId
  readonly userId: PersonId
  readonly scopes: GrantedScopes
  readonly resource: string | null
  /** Null while the grant lives. */
  readonly endedAt: EpochSeconds | null
  /** When refreshing ends at the latest; null for a grant that is not refreshed. */
  readonly refreshEndsAt: EpochSeconds | null
}

export type GrantFailure = { readonly reason: 'grant-ended' } | { readonly reason: 'resource-outside-grant' }

/** Whether a token may be made of this grant, for the `resource` that the request names, if any (RFC 8707 §2.2). */
export function checkGrant(grant: Grant, form: URLSearchParams, issuer: string): Result<Grant, GrantFailure> {
  if (grant.endedAt !== null) return fail({ reason: 'grant-ended' })
  const resource = onlyValue(form, 'resource')
  const isCovered = resource === null || covers(grant.resource, resource, issuer)
  return isCovered ? ok(grant) : fail({ reason: 'resource-outside-grant' })
}

/** A grant that names no resource is for the whole server: a token for a part of it, which the person did not choose, is not to be had. */
function covers(granted: string | null, wanted: string, issuer: string): boolean {
  return granted === null ? isWholeServer(wanted, issuer) : wanted === granted
}
