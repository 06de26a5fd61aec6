import {
  countedNetwork,
  fail,
  ok,
  userAgentOf,
  type AppContext,
  type Result,
  type Route,
  siteNetwork,
} from '../../../../plugin.ts'
import { checkDeviceAsk, deviceAuthorizationResponse, type DeviceAsk } from '../../protocol/device-request.ts'
import { deviceAuthorizationError, type DeviceAuthorizationFailure } from '../../protocol/failure.ts'
import {
  COMMAND_LINE_CLIENT_ID,
  hashSecret,
  hashUserCode,
  newDeviceCode,
  type ClientId,
} from '../../protocol/ids.ts'
import { newUserCode } from '../../protocol/user-code.ts'
import { issuerOf, type Provider } from '../../provider.ts'
import { authenticateClient, readClientForm } from '../token/authenticate-client.ts'
import { answerJson, answerTokenError } from '../json-answer.ts'
import { DEVICE_PATH, VERIFY_PATH } from '../paths.ts'
import { refuseProgram } from '../refuse.ts'

const KNOWN_PARAMETERS = ['client_id', 'client_secret', 'scope', 'resource'] as const

/** How often another user code is tried when one is taken. Of 2^38 there are never more than a few thousand taken. */
const MAX_USER_CODES = 5

/**
 * `POST /-/oauth/device` (RFC 8628 §3.1). Pages of other sites may not call it: through a visitor's browser they would
 * get codes for requests that seem to come from the visitor's own address.
 */
export function deviceAuthorizationRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: DEVICE_PATH,
    allow: { who: 'anyone' },
    crossSite: 'never',
    refuse: refuseProgram,
    handle: async (c) => {
      const asked = await readAsk(provider, c)
      if (asked.ok) return storeRequest(provider, c, asked.value.clientId, asked.value.ask)
      provider.host.log.info({ reason: asked.error.reason }, 'oauth.device_refused')
      return answerTokenError(c, deviceAuthorizationError(asked.error))
    },
  }
}

async function readAsk(
  provider: Provider,
  c: AppContext,
): Promise<Result<{ readonly clientId: ClientId; readonly ask: DeviceAsk }, DeviceAuthorizationFailure>> {
  const { host } = provider
  const form = await readClientForm(c, KNOWN_PARAMETERS)
  if (!form.ok) return form
  const client = await authenticateClient(provider, c, form.value, COMMAND_LINE_CLIENT_ID)
  if (!client.ok) return client
  const ask = checkDeviceAsk({
    form: form.value,
    findAction: (name) => host.permissions.findAction(name),
    issuer: issuerOf(host, c),
    tokensAllowed: host.tokenSettings.areAllowed,
  })
  return ask.ok ? ok({ clientId: client.value.clientId, ask: ask.value }) : fail(ask.error)
}

async function storeRequest(
  provider: Provider,
  c: AppContext,
  clientId: ClientId,
  ask: DeviceAsk,
): Promise<Response> {
  const { deviceRequests, host } = provider
  const { address } = c.env
  const deviceCode = newDeviceCode(host.random)
  const request = {
    ...ask,
    deviceCodeHash: hashSecret(deviceCode),
    clientId,
    address,
    network: countedNetwork(address),
    siteNetwork: siteNetwork(address),
    userAgent: userAgentOf(c.req.raw.headers),
  }
  for (let tries = 0; tries < MAX_USER_CODES; tries += 1) {
    const userCode = newUserCode(host.random)
    const userCodeHash = hashUserCode(userCode, host.signer)
    const outcome = await deviceRequests.create({ ...request, userCodeHash }, host.clock.now())
    if (outcome.kind === 'too-many') return answerTooMany(provider, c, outcome.retryAfterSeconds)
    if (outcome.kind === 'client-gone') {
      return answerTokenError(c, deviceAuthorizationError({ reason: 'client-unknown', usedBasic: false }))
    }
    if (outcome.kind === 'created') {
      await provider.purge()
      const verificationUri = host.urls.absolute(c.req.raw, VERIFY_PATH)
      return answerJson(c, deviceAuthorizationResponse(deviceCode, userCode, verificationUri))
    }
  }
  throw new Error('no user code is free')
}

function answerTooMany({ host }: Provider, c: AppContext, retryAfterSeconds: number): Response {
  host.log.warn({ address: c.env.address }, 'oauth.device_requests_limited')
  c.header('retry-after', String(retryAfterSeconds))
  const description = 'Too many requests wait for a decision: approve or deny them, or try again later'
  return answerJson(c, { error: 'temporarily_unavailable', error_description: description }, 429)
}
