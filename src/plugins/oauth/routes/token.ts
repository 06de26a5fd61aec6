import { HttpError, fail, readForm, type AppContext, type Result, type Route } from '../../../plugin.ts'
import type { TokenResponse } from '../protocol/access-token.ts'
import { checkClient, readClientCredentials } from '../protocol/client-auth.ts'
import type { Client } from '../protocol/client.ts'
import { tokenError, type TokenFailure } from '../protocol/failure.ts'
import { AUTHORIZATION_CODE } from '../protocol/grants/authorization-code.ts'
import { isClientId } from '../protocol/ids.ts'
import { findRepeated } from '../protocol/parameters.ts'
import type { Provider } from '../provider.ts'
import { answerDeviceFlowOff } from './device.ts'
import { exchangeCode } from './exchange-code.ts'
import { answerJson } from './json-answer.ts'
import { refuseProgram } from './refuse.ts'

/** Most bytes of a token request. */
const MAX_TOKEN_REQUEST_BYTES = 65_536

/** The `grant_type` of RFC 8628 §3.4, which is off. */
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** Every parameter that some grant type reads. */
const KNOWN_PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'code',
  'redirect_uri',
  'code_verifier',
  'resource',
] as const

/** How a client turns what it was given into a token, for each `grant_type`. */
type Exchange = typeof exchangeCode

const EXCHANGES: ReadonlyMap<string, Exchange> = new Map([[AUTHORIZATION_CODE, exchangeCode]])

/** `POST /-/oauth/token` (RFC 6749 §3.2). Pages of any site may call it: it reads no cookie. */
export function tokenRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: '/-/oauth/token',
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
    handle: async (c) => {
      const answered = await answerTokenRequest(provider, c)
      return answered.ok ? answerJson(c, answered.value) : answerFailure(provider, c, answered.error)
    },
  }
}

async function answerTokenRequest(
  provider: Provider,
  c: AppContext,
): Promise<Result<TokenResponse, TokenFailure>> {
  const form = await readTokenForm(c)
  if (form === null) return fail({ reason: 'body-not-a-form' })
  const parameter = findRepeated(form, KNOWN_PARAMETERS)
  if (parameter !== null) return fail({ reason: 'parameter-repeated', parameter })

  const grantType = form.get('grant_type') ?? ''
  if (grantType === '') return fail({ reason: 'grant-type-missing' })
  if (grantType === DEVICE_CODE) return fail({ reason: 'device-flow-off' })
  const exchange = EXCHANGES.get(grantType)
  if (exchange === undefined) return fail({ reason: 'grant-type-unknown' })

  const client = await authenticateClient(provider, c, form)
  return client.ok ? exchange(provider, c, client.value, form) : client
}

/** The client that proved itself. */
async function authenticateClient(
  { host, clients, audit }: Provider,
  c: AppContext,
  form: URLSearchParams,
): Promise<Result<Client, TokenFailure>> {
  const credentials = readClientCredentials(form, c.req.header('authorization') ?? null)
  if (!credentials.ok) {
    await audit.recordFailedAuthentication(null, c.env.address, host.clock.now())
    return credentials
  }

  const { clientId } = credentials.value
  const client = isClientId(clientId) ? await clients.find(clientId) : null
  const secrets = client === null ? [] : await clients.secrets(client.clientId)
  const secretHashes = secrets.map((secret) => secret.hash)
  const checked = checkClient(credentials.value, client === null ? null : { ...client, secretHashes })
  if (!checked.ok) {
    await audit.recordFailedAuthentication(client?.clientId ?? null, c.env.address, host.clock.now())
  }
  return checked
}

/** The fields of the body, or null for a body of another kind (RFC 6749 §3.2). */
async function readTokenForm(c: AppContext): Promise<URLSearchParams | null> {
  const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') return null
  try {
    return await readForm(c.req.raw, MAX_TOKEN_REQUEST_BYTES)
  } catch (error) {
    // Clients read OAuth errors here, not the host's.
    if (error instanceof HttpError) return null
    throw error
  }
}

function answerFailure({ host }: Provider, c: AppContext, failure: TokenFailure): Response {
  host.log.info({ reason: failure.reason }, 'oauth.token_refused')
  if (failure.reason === 'device-flow-off') return answerDeviceFlowOff(c)
  const { status, error, description, challenge } = tokenError(failure)
  if (challenge) c.header('www-authenticate', 'Basic realm="oauth"')
  return answerJson(c, { error, error_description: description }, status)
}
