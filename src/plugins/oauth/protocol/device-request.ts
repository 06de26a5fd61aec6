/** A device's request for access (RFC 8628): what it is, the checks when it is made, and what a person may do with it. */
import { fail, ok, type EpochSeconds, type PersonId, type Result } from '../../../plugin.ts'
import type { ClientId, DeviceCode, UserCode } from './ids.ts'
import { onlyValue } from './parameters.ts'
import { isOwnResource } from './resource.ts'
import {
  asksForRefresh,
  parseScopeRequest,
  type FindAction,
  type ScopeFailure,
  type ScopeRequest,
} from './scope-request.ts'

/** How long a device code and its user code last, in seconds. */
export const DEVICE_CODE_TTL_SECONDS = 900

/** How long a device waits between two polls at first, in seconds (RFC 8628 §3.2). */
export const POLL_INTERVAL_SECONDS = 5

/** How much longer it has to wait after each poll that came too soon, in seconds (RFC 8628 §3.5). */
export const SLOW_DOWN_SECONDS = 5

/** How much too soon a poll may come, in seconds: clocks count whole seconds, and answers take time on their way. */
export const POLL_TOLERANCE_SECONDS = 1

/** Longest interval that hasty polls can lead to, in seconds. */
export const MAX_INTERVAL_SECONDS = 300

/**
 * How many requests may wait for a decision at a time: of one network, of one site (see `siteNetwork`), so that nobody
 * crowds others out; and in all, since each is a row.
 */
export const PENDING_LIMITS = { perNetwork: 20, perSite: 200, inTotal: 5000 } as const

/** Where a limit is reached, requests that nobody has opened and whose device has not polled for this long give way, in seconds. */
export const ABANDONED_AFTER_SECONDS = 60

/** What a device asks for. */
export type DeviceAsk = {
  readonly scope: ScopeRequest
  readonly resource: string | null
  /** Whether it asks for a refresh token. */
  readonly asksRefresh: boolean
}

/** What is known of where a request came from, to be shown to whoever decides it. */
export type DeviceOrigin = {
  /** The network address. */
  readonly address: string
  /** What the device calls itself (`User-Agent`); null when it says nothing. */
  readonly userAgent: string | null
}

/** A request as whoever knows its user code may come to see it. */
export type DeviceRequest = DeviceAsk &
  DeviceOrigin & {
    readonly clientId: ClientId
    readonly requestedAt: EpochSeconds
    readonly expiresAt: EpochSeconds
    readonly isPending: boolean
    /** Who opened the code first; null for nobody yet. */
    readonly claimedBy: PersonId | null
  }

/** Why a code leads nowhere. */
export type OpenFailure =
  | { readonly reason: 'unknown' }
  /** Somebody else opened it first, and it is theirs. */
  | { readonly reason: 'claimed' }
  | { readonly reason: 'decided' }
  | { readonly reason: 'expired' }

/** What a person finds who has opened a code; `request` is null when there is none. Another person's is nobody else's affair, however it stands. */
export function judgeOpened(
  request: DeviceRequest | null,
  personId: PersonId,
  now: EpochSeconds,
): Result<DeviceRequest, OpenFailure> {
  if (request === null) return fail({ reason: 'unknown' })
  if (request.claimedBy !== null && request.claimedBy !== personId) return fail({ reason: 'claimed' })
  if (!request.isPending) return fail({ reason: 'decided' })
  return request.expiresAt <= now ? fail({ reason: 'expired' }) : ok(request)
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
  return ok({ scope: scope.value, resource, asksRefresh: asksForRefresh(text ?? '') })
}

/** The answer of the device authorization endpoint (RFC 8628 §3.2). */
export type DeviceAuthorizationResponse = {
  readonly device_code: DeviceCode
  readonly user_code: UserCode
  readonly verification_uri: string
  readonly verification_uri_complete: string
  /** Seconds. */
  readonly expires_in: number
  /** Seconds. */
  readonly interval: number
}

/** Writes the answer for codes that were stored. `verificationUri` is where a person enters the user code. */
export function deviceAuthorizationResponse(
  deviceCode: DeviceCode,
  userCode: UserCode,
  verificationUri: string,
): DeviceAuthorizationResponse {
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?code=${userCode}`,
    expires_in: DEVICE_CODE_TTL_SECONDS,
    interval: POLL_INTERVAL_SECONDS,
  }
}
