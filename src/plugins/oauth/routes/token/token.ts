import { fail, type AppContext, type Result, type Route } from '../../../../plugin.ts'
import type { TokenResponse } from '../../protocol/access-token.ts'
import { tokenError, type TokenFailure } from '../../protocol/failure.ts'
import { AUTHORIZATION_CODE } from '../../protocol/grants/authorization-code.ts'
import { DEVICE_CODE } from '../../protocol/grants/device-code.ts'
import { REFRESH_TOKEN } from '../../protocol/grants/refresh-token.ts'
import { COMMAND_LINE_CLIENT_ID, type ClientId } from '../../protocol/ids.ts'
import type { Provider } from '../../provider.ts'
import { authenticateClient, readClientForm } from './authenticate-client.ts'
import { answerDeviceFlowOff } from '../device-off.ts'
import { exchangeCode } from './exchange-code.ts'
import { exchangeDeviceCode } from './exchange-device-code.ts'
import { exchangeRefreshToken } from './exchange-refresh-token.ts'
import { answerJson, answerTokenError } from '../json-answer.ts'
import { refuseProgram } from '../refuse.ts'
import { TOKEN_PATH } from '../paths.ts'

/** Every parameter that some grant type reads. */
const KNOWN_PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'code',
  'redirect_uri',
  'code_verifier',
  'device_code',
  'refresh_token',
  'scope',
  'resource',
] as const

/** How a client turns what it was given into a token, and who the client is when it names none. */
type GrantType = {
  readonly exchange: typeof exchangeCode
  readonly unnamedClient: ClientId | null
}

const GRANT_TYPES: ReadonlyMap<string, GrantType> = new Map([
  [AUTHORIZATION_CODE, { exchange: exchangeCode, unnamedClient: null }],
  [REFRESH_TOKEN, { exchange: exchangeRefreshToken, unnamedClient: COMMAND_LINE_CLIENT_ID }],
  [DEVICE_CODE, { exchange: exchangeDeviceCode, unnamedClient: COMMAND_LINE_CLIENT_ID }],
])

/** `POST /-/oauth/token` (RFC 6749 §3.2). Pages of any site may call it: it reads no cookie. */
export function tokenRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: TOKEN_PATH,
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
  const read = await readClientForm(c, KNOWN_PARAMETERS)
  if (!read.ok) return read
  const form = read.value

  const name = form.get('grant_type') ?? ''
  if (name === '') return fail({ reason: 'grant-type-missing' })
  if (name === DEVICE_CODE && !provider.config.enable_device_flow) return fail({ reason: 'device-flow-off' })
  const grantType = GRANT_TYPES.get(name)
  if (grantType === undefined) return fail({ reason: 'grant-type-unknown' })

  const client = await authenticateClient(provider, c, form, grantType.unnamedClient)
  return client.ok ? grantType.exchange(provider, c, client.value, form) : client
}

function answerFailure({ host }: Provider, c: AppContext, failure: TokenFailure): Response {
  host.log.info({ reason: failure.reason }, 'oauth.token_refused')
  if (failure.reason === 'device-flow-off') return answerDeviceFlowOff(c)
  return answerTokenError(c, tokenError(failure))
}
