import {
  countedNetwork,
  HttpError,
  readJson,
  siteNetwork,
  type AppContext,
  type JsonValue,
  type Route,
} from '../../../../plugin.ts'
import { makeSecret } from '../../manage-clients.ts'
import type { Client } from '../../protocol/client.ts'
import {
  checkClientMetadata,
  clientMetadataError,
  type ClientMetadata,
  type RegistrationRefusal,
} from '../../protocol/client-metadata.ts'
import { newClientId } from '../../protocol/ids.ts'
import { recordAudit, type Provider } from '../../provider.ts'
import { answerJson } from '../json-answer.ts'
import { metadataOf } from './metadata.ts'
import { REGISTER_PATH } from '../paths.ts'
import { refuseProgram } from '../refuse.ts'

/** Most bytes of a registration: ten redirect URIs at their longest, and what an app says of itself. */
const MAX_REGISTRATION_BYTES = 32_768

/** `POST /-/oauth/register` (RFC 7591 §3.1): an app registers itself. Pages of any site may call it: it reads no cookie. */
export function registerRoute(provider: Provider): Route {
  const { config } = provider
  return {
    method: 'POST',
    path: REGISTER_PATH,
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
    handle: (c) =>
      config.enable_dynamic_registration
        ? register(provider, c)
        : answerJson(c, { error: 'Dynamic client registration is not enabled' }, 403),
  }
}

async function register(provider: Provider, c: AppContext): Promise<Response> {
  const { host } = provider
  const body = await readMetadata(c)
  if (body === undefined) {
    return answerRefusal(c, {
      error: 'invalid_client_metadata',
      description: `The body must be JSON of at most ${MAX_REGISTRATION_BYTES} bytes`,
    })
  }
  const supported = metadataOf(provider, c).grant_types_supported
  const checked = checkClientMetadata(body, supported, 'client_secret_basic')
  if (!checked.ok) {
    host.log.info({ reason: checked.error.reason }, 'oauth.registration_refused')
    return answerRefusal(c, clientMetadataError(checked.error))
  }

  const now = host.clock.now()
  const client: Client = {
    clientId: newClientId(host.random),
    ...checked.value.registration,
    createdBy: null,
    createdAt: now,
  }
  const made = client.kind === 'confidential' ? makeSecret(provider) : null
  const outcome = await provider.unvouchedClients.register(
    {
      client,
      secret: made?.stored ?? null,
      from: { network: countedNetwork(c.env.address), siteNetwork: siteNetwork(c.env.address) },
      declared: checked.value.declared,
    },
    now,
  )
  if (outcome.kind === 'full') {
    host.log.warn({ address: c.env.address, whose: outcome.whose }, 'oauth.registrations_limited')
    c.header('retry-after', String(outcome.retryAfterSeconds))
    const description = 'Too many apps have registered that nobody uses: use one of them, or try again later'
    const error = { error: 'temporarily_unavailable', error_description: description }
    return answerJson(c, error, outcome.whose === 'everybody' ? 503 : 429)
  }
  await recordAudit(
    provider,
    c,
    { actorId: null, clientId: client.clientId, grantId: null },
    'client.created',
  )
  return answerJson(c, clientInformation(client, checked.value, made?.secret ?? null), 201)
}

/** What was registered (RFC 7591 §3.2.1). The only sight of the secret. */
function clientInformation(
  client: Client,
  { authMethod, declared, grantTypes }: ClientMetadata,
  secret: string | null,
) {
  return {
    ...declared,
    client_id: client.clientId,
    client_id_issued_at: client.createdAt,
    ...(secret !== null && { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: client.name,
    redirect_uris: client.redirectUris,
    token_endpoint_auth_method: authMethod,
    grant_types: grantTypes,
    response_types: ['code'],
  }
}

/** The body, or undefined for one that is no JSON. */
async function readMetadata(c: AppContext): Promise<JsonValue | undefined> {
  const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') return undefined
  try {
    return await readJson(c.req.raw, MAX_REGISTRATION_BYTES)
  } catch (error) {
    // Clients read OAuth errors here, not the host's.
    if (error instanceof HttpError) return undefined
    throw error
  }
}

function answerRefusal(c: AppContext, { description, error }: RegistrationRefusal): Response {
  return answerJson(c, { error, error_description: description }, 400)
}
