import { fail, ok, type AppContext, type JsonObject, type Result, type Route } from '../../../plugin.ts'
import {
  checkDeviceAsk,
  DEVICE_CODE_TTL_SECONDS,
  POLL_INTERVAL_SECONDS,
  type DeviceAsk,
} from '../protocol/device-request.ts'
import { deviceAuthorizationError, type DeviceAuthorizationFailure } from '../protocol/failure.ts'
import {
  COMMAND_LINE_CLIENT_ID,
  hashSecret,
  hashUserCode,
  newDeviceCode,
  newDeviceRequestId,
  type ClientId,
} from '../protocol/ids.ts'
import { findRepeated } from '../protocol/parameters.ts'
import { newUserCode } from '../protocol/user-code.ts'
import { issuerOf, type Provider } from '../provider.ts'
import { authenticateClient, readClientForm } from './authenticate-client.ts'
import { VERIFY_PATH } from './device-paths.ts'
import { answerJson } from './json-answer.ts'
import { refuseProgram } from './refuse.ts'

const KNOWN_PARAMETERS = ['client_id', 'client_secret', 'scope', 'resource'] as const

/** Longest `User-Agent` that is kept, in characters. */
const MAX_USER_AGENT_LENGTH = 200

/**
 * `POST /-/oauth/device` (RFC 8628 §3.1). Pages of other sites may not call it: through a visitor's browser they would
 * get codes for requests that seem to come from the visitor's own address.
 */
export function deviceAuthorizationRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: '/-/oauth/device',
    allow: { who: 'anyone' },
    refuse: refuseProgram,
    handle: async (c) => {
      const asked = await readAsk(provider, c)
      if (asked.ok) return storeRequest(provider, c, asked.value.clientId, asked.value.ask)

      provider.host.log.info({ reason: asked.error.reason }, 'oauth.device_refused')
      const { status, error, description, challenge } = deviceAuthorizationError(asked.error)
      if (challenge) c.header('www-authenticate', 'Basic realm="oauth"')
      return answerJson(c, { error, error_description: description }, status)
    },
  }
}

async function readAsk(
  provider: Provider,
  c: AppContext,
): Promise<Result<{ readonly clientId: ClientId; readonly ask: DeviceAsk }, DeviceAuthorizationFailure>> {
  const { host } = provider
  const form = await readClientForm(c)
  if (form === null) return fail({ reason: 'body-not-a-form' })
  const parameter = findRepeated(form, KNOWN_PARAMETERS)
  if (parameter !== null) return fail({ reason: 'parameter-repeated', parameter })

  const client = await authenticateClient(provider, c, form, COMMAND_LINE_CLIENT_ID)
  if (!client.ok) return client
  const ask = checkDeviceAsk({
    form,
    findAction: (name) => host.permissions.findAction(name),
    issuer: issuerOf(host, c),
    tokensAllowed: host.tokenSettings.areAllowed,
  })
  return ask.ok ? ok({ clientId: client.value.clientId, ask: ask.value }) : ask
}

async function storeRequest(
  provider: Provider,
  c: AppContext,
  clientId: ClientId,
  ask: DeviceAsk,
): Promise<Response> {
  const { devices, host } = provider
  const deviceCode = newDeviceCode(host.random)
  const userCode = newUserCode(host.random)
  const outcome = await devices.create(
    {
      ...ask,
      requestId: newDeviceRequestId(host.random),
      deviceCodeHash: hashSecret(deviceCode),
      userCodeHash: hashUserCode(userCode, host.signer),
      clientId,
      address: c.env.address,
      userAgent: c.req.header('user-agent')?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
    },
    host.clock.now(),
  )
  switch (outcome.kind) {
    case 'code-taken':
      return storeRequest(provider, c, clientId, ask)
    case 'too-many':
      return answerTooMany(provider, c, outcome.retryAfterSeconds)
    case 'created': {
      await provider.purge()
      const verificationUri = host.urls.absolute(c.req.raw, VERIFY_PATH)
      const answer: JsonObject = {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: verificationUri,
        verification_uri_complete: `${verificationUri}?code=${userCode}`,
        expires_in: DEVICE_CODE_TTL_SECONDS,
        interval: POLL_INTERVAL_SECONDS,
      }
      return answerJson(c, answer)
    }
  }
}

function answerTooMany({ host }: Provider, c: AppContext, retryAfterSeconds: number): Response {
  host.log.warn({ address: c.env.address }, 'oauth.device_requests_limited')
  c.header('retry-after', String(retryAfterSeconds))
  const description = 'Too many requests wait for a decision: approve or deny them, or try again later'
  return answerJson(c, { error: 'temporarily_unavailable', error_description: description }, 429)
}
