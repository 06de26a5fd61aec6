import * as oauth from 'oauth4webapi'
import { fail, ok, type Result } from '../result.ts'
import { unreachable } from './connection.ts'
import { COMMAND_LINE_CLIENT, type Endpoints } from './endpoints.ts'
import { failure, type ClientFailure } from './failure.ts'
import type { ServerUrl } from './server-url.ts'
import { visible } from '../http/visible-text.ts'
import { isPrintableAddress } from '../http/web-address.ts'

/** What the person has to be told, safe to show. */
export type DevicePrompt = {
  readonly userCode: string
  /** Where to enter it. */
  readonly verificationUri: string
  /** The same with the code in it; null where the server gives none. */
  readonly completeUri: string | null
  readonly expiresInSeconds: number
}

/** A login that waits for the person. */
export type StartedLogin = {
  readonly prompt: DevicePrompt
  readonly deviceCode: string
  readonly intervalSeconds: number
}

/** A token as it came. */
export type IssuedToken = {
  readonly token: string
  /** Null when it does not end by itself. */
  readonly expiresInSeconds: number | null
  /** What it may do, in the server's words; null where it does not say. */
  readonly scope: string | null
}

/** Where waiting comes from. */
export type Waiting = {
  /** Milliseconds on a clock that is never set back. */
  readonly elapsedMs: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

/** Asks the server for codes (RFC 8628 §3.1). `scope` null asks for full access. */
export async function startLogin(
  server: ServerUrl,
  endpoints: Endpoints,
  scope: string | null,
): Promise<Result<StartedLogin, ClientFailure>> {
  const { server: as, transport } = endpoints
  if (as.device_authorization_endpoint === undefined) return fail(deviceFlowOff(server))
  try {
    const parameters = scope === null ? new URLSearchParams() : new URLSearchParams({ scope })
    const client = COMMAND_LINE_CLIENT
    const response = await oauth.deviceAuthorizationRequest(as, client, oauth.None(), parameters, transport)
    const device = await oauth.processDeviceAuthorizationResponse(as, client, response)
    const { verification_uri: uri, verification_uri_complete: complete } = device
    if (!isPrintableAddress(uri)) {
      return fail(
        failure(
          'unexpected_answer',
          `${server.href} gives no web address to open, so the login was not started.`,
        ),
      )
    }
    return ok({
      prompt: {
        userCode: visible(device.user_code),
        verificationUri: uri,
        completeUri: complete !== undefined && isPrintableAddress(complete) ? complete : null,
        expiresInSeconds: Math.min(device.expires_in, MAX_WAIT_SECONDS),
      },
      deviceCode: device.device_code,
      intervalSeconds: Math.max(1, device.interval ?? DEFAULT_INTERVAL_SECONDS),
    })
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return fail(refusedStart(server, error))
    if (error instanceof oauth.OperationProcessingError) return fail(noDeviceFlow(server))
    return fail(unreachable(server.href, error))
  }
}

/**
 * Waits for the person, asking every `interval` seconds and never sooner. `slow_down` makes it 5 seconds longer for good;
 * a server that cannot be reached, or has too much to do, is asked less and less often (RFC 8628 §3.5).
 */
export async function awaitToken(
  server: ServerUrl,
  endpoints: Endpoints,
  { deviceCode, intervalSeconds, prompt }: StartedLogin,
  waiting: Waiting,
): Promise<Result<IssuedToken, ClientFailure>> {
  const end = waiting.elapsedMs() + prompt.expiresInSeconds * 1000
  let interval = intervalSeconds
  for (;;) {
    await waiting.sleep(interval * 1000)
    if (waiting.elapsedMs() >= end) return fail(expired())
    const polled = await poll(server, endpoints, deviceCode)
    switch (polled.kind) {
      case 'token':
        return ok(polled.token)
      case 'failed':
        return fail(polled.failure)
      case 'pending':
        break
      case 'slow-down':
        interval += SLOW_DOWN_SECONDS
        break
      case 'busy':
        interval = Math.min(Math.max(2 * interval, polled.retryAfterSeconds), MAX_INTERVAL_SECONDS)
        break
    }
  }
}

/** RFC 8628 §3.2. */
const DEFAULT_INTERVAL_SECONDS = 5

/** RFC 8628 §3.5. */
const SLOW_DOWN_SECONDS = 5

const MAX_INTERVAL_SECONDS = 60

const MAX_WAIT_SECONDS = 3600

type Poll =
  | { readonly kind: 'token'; readonly token: IssuedToken }
  | { readonly kind: 'pending' }
  | { readonly kind: 'slow-down' }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  | { readonly kind: 'failed'; readonly failure: ClientFailure }

async function poll(
  server: ServerUrl,
  { server: as, transport }: Endpoints,
  deviceCode: string,
): Promise<Poll> {
  const busy = (retryAfter: string | null): Poll => ({
    kind: 'busy',
    retryAfterSeconds: /^\d{1,4}$/u.test(retryAfter ?? '') ? Number(retryAfter) : 0,
  })
  try {
    const client = COMMAND_LINE_CLIENT
    const response = await oauth.deviceCodeGrantRequest(as, client, oauth.None(), deviceCode, transport)
    if (response.status === 429 || response.status >= 500) return busy(response.headers.get('retry-after'))
    const {
      access_token: token,
      expires_in: expiresIn,
      scope,
    } = await oauth.processDeviceCodeResponse(as, client, response)
    return {
      kind: 'token',
      token: {
        token,
        expiresInSeconds: expiresIn ?? null,
        scope: scope === undefined ? null : visible(scope),
      },
    }
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return judgePoll(server, error)
    if (error instanceof oauth.OperationProcessingError) {
      return {
        kind: 'failed',
        failure: failure(
          'unexpected_answer',
          `${server.href} did not answer as the standard says (${error.message}).`,
        ),
      }
    }
    // The network: the next poll may get through.
    return busy(null)
  }
}

function judgePoll(
  server: ServerUrl,
  { error, error_description: description }: oauth.ResponseBodyError,
): Poll {
  switch (error) {
    case 'authorization_pending':
      return { kind: 'pending' }
    case 'slow_down':
      return { kind: 'slow-down' }
    case 'access_denied':
      return {
        kind: 'failed',
        failure: failure('login_denied', 'The request was denied in the browser. You are not signed in.'),
      }
    case 'expired_token':
      return { kind: 'failed', failure: expired() }
    default: {
      const said = visible(description ?? error)
      return {
        kind: 'failed',
        failure: failure(
          'refused',
          `${server.href} ended the login ("${said}"). You are not signed in; start again.`,
        ),
      }
    }
  }
}

const expired = (): ClientFailure =>
  failure(
    'login_expired',
    'The code has expired before it was approved. You are not signed in; run the command again.',
  )

function refusedStart(
  server: ServerUrl,
  { error, error_description: description, response, status }: oauth.ResponseBodyError,
): ClientFailure {
  if (status === 403 && /not enabled/iu.test(error)) return deviceFlowOff(server)
  const said = visible(description ?? error)
  if (status === 429) {
    const wait = /^\d{1,5}$/u.exec(response.headers.get('retry-after') ?? '')?.[0]
    const when = wait === undefined ? 'later' : `in ${wait} seconds`
    return failure(
      'refused',
      `Too many logins at ${server.href} wait for an answer ("${said}"). Try again ${when}.`,
    )
  }
  if (/invalid.scope/iu.test(error)) {
    return failure(
      'refused',
      `${server.href} does not know what was asked for ("${said}"). See tapedeck login --help`,
    )
  }
  return failure('login_denied', `${server.href} does not let devices in ("${said}").`)
}

const deviceFlowOff = (server: ServerUrl): ClientFailure =>
  failure(
    'login_denied',
    `${server.href} does not let devices in. Ask its owner to set enable_device_flow: true (docs/oauth.md, "Devices and command lines").`,
  )

const noDeviceFlow = (server: ServerUrl): ClientFailure =>
  failure(
    'unexpected_answer',
    `${server.href} is no Tapedeck, and no Datasette with datasette-oauth. Is the address right?`,
  )
