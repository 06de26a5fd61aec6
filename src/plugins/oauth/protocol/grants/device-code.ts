import { fail, ok, type EpochSeconds, type Result } from '../../../../plugin.ts'
import { checkGrant, type Grant, type GrantFailure } from '../grant.ts'
import type { ClientId } from '../ids.ts'

/** The `grant_type` of RFC 8628 §3.4. */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** A request as its device sees it when it polls. */
export type PolledRequest = {
  readonly clientId: ClientId
  readonly expiresAt: EpochSeconds
  readonly state:
    | { readonly kind: 'pending' }
    | { readonly kind: 'denied' }
    | { readonly kind: 'used' }
    | ApprovedRequest
}

/** What a poll finds in an approved request. */
export type ApprovedRequest = {
  readonly kind: 'approved'
  readonly grant: Grant
  /** How long the token will last, in seconds. */
  readonly ttlSeconds: number
}

/** Why a poll brings no token (RFC 8628 §3.5). `device-pending` is judged further: see `DeviceRequestStore.recordPoll`. */
export type DevicePollFailure =
  | { readonly reason: 'device-code-missing' }
  | { readonly reason: 'device-code-unknown' }
  | { readonly reason: 'device-code-of-another-client' }
  | { readonly reason: 'device-code-used' }
  | { readonly reason: 'device-denied' }
  | { readonly reason: 'device-code-expired' }
  | { readonly reason: 'device-pending' }
  | { readonly reason: 'device-slow-down' }
  | GrantFailure
  /** Another poll got the token while this one was being checked. */
  | { readonly reason: 'device-code-lost-race' }

export type DevicePresented = {
  readonly form: URLSearchParams
  /** The client that the poll came from. */
  readonly clientId: ClientId
  /** The address of this server. */
  readonly issuer: string
  readonly now: EpochSeconds
}

/** Whether this client may have the token of this request now. It changes nothing. */
export function checkPoll(
  request: PolledRequest,
  { form, clientId, issuer, now }: DevicePresented,
): Result<ApprovedRequest, DevicePollFailure> {
  // A device code is worth nothing to any other client (CVE-2023-2585).
  if (request.clientId !== clientId) return fail({ reason: 'device-code-of-another-client' })

  const { state } = request
  if (state.kind === 'used') return fail({ reason: 'device-code-used' })
  if (state.kind === 'denied') return fail({ reason: 'device-denied' })
  if (request.expiresAt <= now) return fail({ reason: 'device-code-expired' })
  if (state.kind === 'pending') return fail({ reason: 'device-pending' })

  const grant = checkGrant(state.grant, form, issuer)
  return grant.ok ? ok(state) : grant
}
