/** A device's request for access (RFC 8628): what it is, and the checks when it is made. */
import { fail, ok, type EpochSeconds, type Result } from '../../../plugin.ts'
import type { ClientId, DeviceRequestId, GrantId } from './ids.ts'
import { onlyValue } from './parameters.ts'
import type { PersonId } from './person-id.ts'
import { isOwnResource } from './resource.ts'
import type { GrantedScopes } from './scope.ts'
import { parseScopeRequest, type FindAction, type ScopeFailure, type ScopeRequest } from './scope-request.ts'

/** How long a device code and its user code last, in seconds. */
export const DEVICE_CODE_TTL_SECONDS = 900

/** How long a device waits between two polls at first, in seconds (RFC 8628 §3.2). */
export const POLL_INTERVAL_SECONDS = 5

/** What a device asks for. */
export type DeviceAsk = {
  readonly scope: ScopeRequest
  readonly resource: string | null
}

/** What is known of where a request came from, to be shown to whoever decides it. */
export type DeviceOrigin = {
  /** The network address. */
  readonly address: string
  /** What the device calls itself (`User-Agent`); null when it says nothing. */
  readonly userAgent: string | null
}

/** A request as the person who opened its code sees it. */
export type OpenedRequest = DeviceAsk &
  DeviceOrigin & {
    readonly requestId: DeviceRequestId
    readonly clientId: ClientId
    readonly requestedAt: EpochSeconds
    readonly expiresAt: EpochSeconds
  }

/** A request as its device sees it when it polls. */
export type PolledRequest = {
  readonly requestId: DeviceRequestId
  readonly clientId: ClientId
  readonly expiresAt: EpochSeconds
  readonly state:
    | { readonly kind: 'pending' }
    | { readonly kind: 'denied' }
    | { readonly kind: 'used' }
    | { readonly kind: 'approved'; readonly grant: DeviceGrant; readonly ttlSeconds: number }
}

/** What the approval gave. */
export type DeviceGrant = {
  readonly grantId: GrantId
  readonly userId: PersonId
  readonly scopes: GrantedScopes
  readonly resource: string | null
  /** Null while the grant lives. */
  readonly endedAt: EpochSeconds | null
}

export type DeviceAskFailure =
  | { readonly reason: 'tokens-switched-off' }
  | ScopeFailure
  | { readonly reason: 'resource-unknown' }

export type DeviceAskInput = {
  readonly form: URLSearchParams
  readonly findAction: FindAction
  /** The address of this server. */
  readonly issuer: string
  /** Whether this server accepts API tokens at all. */
  readonly tokensAllowed: boolean
}

/**
 * Judges what a device asks for. No scope, or an empty one, asks for full access, as datasette-oauth's clients rely on;
 * an empty list is a fault.
 */
export function checkDeviceAsk(input: DeviceAskInput): Result<DeviceAsk, DeviceAskFailure> {
  // A person must not be asked for what could never be used.
  if (!input.tokensAllowed) return fail({ reason: 'tokens-switched-off' })

  const text = onlyValue(input.form, 'scope')
  const scope: Result<ScopeRequest, ScopeFailure> =
    text === null ? ok({ access: 'full' }) : parseScopeRequest(text, input.findAction)
  if (!scope.ok) return scope

  const resource = onlyValue(input.form, 'resource')
  if (resource !== null && !isOwnResource(resource, input.issuer)) return fail({ reason: 'resource-unknown' })
  return ok({ scope: scope.value, resource })
}
