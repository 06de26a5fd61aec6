import { fail, HttpError, ok, readForm, type AppContext, type Result } from '../../../../plugin.ts'
import { checkClient, readClientCredentials, type ClientAuthFailure } from '../../protocol/client-auth.ts'
import { isClientIdUrl } from '../../protocol/client-id-url.ts'
import type { FormFailure } from '../../protocol/failure.ts'
import { hashSecret, isClientId, type ClientId } from '../../protocol/ids.ts'
import { findRepeated } from '../../protocol/parameters.ts'
import type { Provider } from '../../provider.ts'
import type { ProvingClient } from '../../storage/clients.ts'

/** Most bytes of a request that a client makes. */
const MAX_CLIENT_REQUEST_BYTES = 65_536

/** The fields of the body (RFC 6749 §3.2), none of the `known` ones twice. */
export async function readClientForm(
  c: AppContext,
  known: readonly string[],
): Promise<Result<URLSearchParams, FormFailure>> {
  const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') return fail({ reason: 'body-not-a-form' })
  try {
    const form = await readForm(c.req.raw, MAX_CLIENT_REQUEST_BYTES)
    const parameter = findRepeated(form, known)
    return parameter === null ? ok(form) : fail({ reason: 'parameter-repeated', parameter })
  } catch (error) {
    // Clients read OAuth errors here, not the host's.
    if (error instanceof HttpError) return fail({ reason: 'body-not-a-form' })
    throw error
  }
}

/** The client that proved itself. `unnamed` is the one that a request is from when it names none; null for nobody. */
export async function authenticateClient(
  { host, clients, provingClients, audit }: Provider,
  c: AppContext,
  form: URLSearchParams,
  unnamed: ClientId | null,
): Promise<Result<ProvingClient, ClientAuthFailure>> {
  const credentials = readClientCredentials(form, c.req.header('authorization') ?? null, unnamed)
  if (!credentials.ok) {
    await audit.recordFailedAuthentication(null, c.env.address, host.clock.now())
    return credentials
  }

  const { clientId } = credentials.value
  const known = isClientId(clientId) ? await provingClients.find(clientId) : undefined
  const checked = checkClient(credentials.value, known ?? unusedDocument(clientId))
  if (!checked.ok) {
    await audit.recordFailedAuthentication(known?.clientId ?? null, c.env.address, host.clock.now())
  } else if (credentials.value.method !== 'none') {
    const presented = hashSecret(credentials.value.secret)
    const used = checked.value.secrets.find(({ hash }) => hash === presented)
    if (used !== undefined) await clients.noteSecretUse(used, host.clock.now())
  }
  return checked
}

/**
 * The client of a document that nobody here has given access: public as all of them are, and the owner of nothing. It has the
 * answers of those that are known, so that none tells which are.
 */
function unusedDocument(clientId: string): ProvingClient | null {
  return isClientId(clientId) && isClientIdUrl(clientId) ? { clientId, kind: 'public', secrets: [] } : null
}
