import { fail, ok, type AppContext, type Result } from '../../../../plugin.ts'
import type { Client } from '../../protocol/client.ts'
import { documentError, type DocumentFailure } from '../../protocol/client-document.ts'
import { isClientIdUrl } from '../../protocol/client-id-url.ts'
import { isClientId } from '../../protocol/ids.ts'
import { personOf, type Provider } from '../../provider.ts'
import { metadataOf } from '../discovery/metadata.ts'
import { answerProblem } from '../problem.tsx'

export type AskingFailure = { readonly reason: 'unknown-client' } | DocumentFailure

/**
 * The client that an authorization request names. Where the name is the address of a document, the document decides, and
 * not what an earlier one said. Only signed-in people get this far: nobody else can make this server fetch anything.
 */
export async function findAsking(
  provider: Provider,
  c: AppContext,
  clientId: string,
): Promise<Result<Client, AskingFailure>> {
  const { clients, config, documents } = provider
  if (!isClientId(clientId)) return fail({ reason: 'unknown-client' })
  if (isClientIdUrl(clientId)) {
    if (!config.enable_client_id_metadata) return fail({ reason: 'unknown-client' })
    const isKnown = (await clients.find(clientId)) !== null
    return documents.find(clientId, metadataOf(provider, c).grant_types_supported, {
      personId: personOf(c).id,
      isKnown,
    })
  }
  const client = await clients.find(clientId)
  return client === null ? fail({ reason: 'unknown-client' }) : ok(client)
}

/** Says that a client's document cannot be used. Never a redirect: without the document no address is the client's. */
export function answerBadDocument(
  { host }: Provider,
  c: AppContext,
  failure: DocumentFailure,
): Promise<Response> {
  const network =
    failure.reason === 'document-not-fetched'
      ? { network: failure.failure.reason, cause: String(failure.failure.cause) }
      : {}
  const refused = failure.reason === 'document-refused' ? { member: failure.failure.reason } : {}
  host.log.info({ reason: failure.reason, ...network, ...refused }, 'oauth.client_document_refused')
  if (failure.reason === 'document-over-budget') c.header('retry-after', String(failure.retryAfterSeconds))
  const why = documentError(failure)
  return answerProblem(host, c, {
    status: failure.reason === 'document-over-budget' ? 429 : 400,
    error: `The document at client_id cannot be used: ${why}`,
    heading: 'This app could not be checked',
    what: `The app describes itself in a document on the web, and this site cannot use it: ${why}. Nothing was given to the app.`,
    next: 'Go back to the app and try again later. If it stays so, tell the people who make the app.',
    code: 'invalid_client',
  })
}
