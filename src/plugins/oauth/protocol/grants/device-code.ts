import { fail, ok, type EpochSeconds, type Result } from '../../../../plugin.ts'
import type { DeviceGrant, PolledRequest } from '../device-request.ts'
import type { ClientId } from '../ids.ts'
import { onlyValue } from '../parameters.ts'
import { coversResource } from '../resource.ts'

/** The `grant_type` of RFC 8628 §3.4. */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** What a poll finds in an approved request. */
export type ApprovedRequest = { readonly grant: DeviceGrant; readonly ttlSeconds: number }

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
  | { readonly reason: 'grant-ended' }
  | { readonly reason: 'resource-outside-grant' }
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

  if (state.grant.endedAt !== null) return fail({ reason: 'grant-ended' })
  const resource = onlyValue(form, 'resource')
  if (resource !== null && !coversResource(state.grant.resource, resource, issuer)) {
    return fail({ reason: 'resource-outside-grant' })
  }
  return ok({ grant: state.grant, ttlSeconds: state.ttlSeconds })
}
