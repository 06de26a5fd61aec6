/**
 * The document that describes the client whose `client_id` is its address
 * (draft-ietf-oauth-client-id-metadata-document-03): what is accepted of it, and for how long it is believed.
 */
import {
  fail,
  isJsonObject,
  type EpochSeconds,
  type JsonObject,
  type JsonValue,
  type PublicAnswer,
  type PublicFetchFailure,
  type Result,
} from '../../../plugin.ts'
import {
  checkClientMetadata,
  clientMetadataError,
  type ClientMetadata,
  type ClientMetadataFailure,
} from './client-metadata.ts'
import type { ClientId } from './ids.ts'

/** What is read of a document (draft §8.7), and how long that may take. */
export const DOCUMENT_LIMITS = { maxBytes: 5120, timeoutMs: 5000 } as const

/** How long a document is believed at least and at most, and when its server does not say, in seconds. */
export const DOCUMENT_TTL_SECONDS = { least: 30, most: 86_400, unsaid: 300 } as const

export type DocumentFailure =
  | { readonly reason: 'document-over-budget'; readonly retryAfterSeconds: number }
  | { readonly reason: 'document-not-fetched'; readonly failure: PublicFetchFailure }
  | { readonly reason: 'document-status'; readonly status: number }
  | { readonly reason: 'document-not-json' }
  | { readonly reason: 'document-names-another' }
  | { readonly reason: 'document-has-secret' }
  | { readonly reason: 'document-refused'; readonly failure: ClientMetadataFailure }

/**
 * Judges what stands at the address of a client. The client is a public one: no secret can be agreed on. One that would
 * rather prove itself with a key, and says that it need not, is taken at that.
 */
export function checkClientDocument(
  clientId: ClientId,
  { body, headers, status }: PublicAnswer,
  supported: readonly string[],
): Result<ClientMetadata, DocumentFailure> {
  if (status !== 200) return fail({ reason: 'document-status', status })
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  const document = /^application\/(?:[\w.-]+\+)?json$/iu.test(mediaType) ? parseObject(body) : null
  if (document === null) return fail({ reason: 'document-not-json' })
  if (document['client_id'] !== clientId) return fail({ reason: 'document-names-another' })
  if ('client_secret' in document || 'client_secret_expires_at' in document) {
    return fail({ reason: 'document-has-secret' })
  }

  const methods = document['token_endpoint_auth_methods_supported']
  const method = document['token_endpoint_auth_method'] ?? 'none'
  const mayBePublic = method === 'none' || (Array.isArray(methods) && methods.includes('none'))
  if (!mayBePublic) {
    return fail({ reason: 'document-refused', failure: { reason: 'auth-method-unsupported' } })
  }
  const metadata = { ...document, token_endpoint_auth_method: 'none' }
  const checked = checkClientMetadata(metadata, supported, 'none')
  return checked.ok ? checked : fail({ reason: 'document-refused', failure: checked.error })
}

/** When a document must be fetched again (RFC 9111 §4.2.1): `now` and what its headers say, within `DOCUMENT_TTL_SECONDS`. */
export function documentExpiry(headers: Headers, now: EpochSeconds): EpochSeconds {
  const { least, most } = DOCUMENT_TTL_SECONDS
  return now + Math.min(most, Math.max(least, saidSeconds(headers, now)))
}

function saidSeconds(headers: Headers, now: EpochSeconds): number {
  const control = headers.get('cache-control') ?? ''
  if (/(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])/iu.test(control)) return 0
  const maxAge = /(?:^|[,\s])max-age="?(?<seconds>\d+)/iu.exec(control)?.groups?.['seconds']
  if (maxAge !== undefined) return Number(maxAge) - (Number(headers.get('age')) || 0)
  const expires = headers.get('expires')
  if (expires === null) return DOCUMENT_TTL_SECONDS.unsaid
  const sent = Date.parse(headers.get('date') ?? '') / 1000
  // A date that cannot be read lies in the past (RFC 9111 §5.3).
  return Math.floor(Date.parse(expires) / 1000 - (Number.isNaN(sent) ? now : sent)) || 0
}

/** The failure in words for whoever makes the app. What went wrong on the network is one thing: the rest would describe this server's surroundings. */
export function documentError(failure: DocumentFailure): string {
  switch (failure.reason) {
    case 'document-over-budget':
      return 'documents of that host were fetched too often: try again later'
    case 'document-not-fetched':
      return failure.failure.reason === 'too-large'
        ? `it is longer than ${DOCUMENT_LIMITS.maxBytes} bytes`
        : 'it could not be fetched'
    case 'document-status':
      return `it was answered with ${failure.status}, and must be with 200`
    case 'document-not-json':
      return 'it is no JSON object of the type application/json'
    case 'document-names-another':
      return 'its client_id is not its address'
    case 'document-has-secret':
      return 'it has a client_secret, which nothing public can have'
    case 'document-refused':
      return failure.failure.reason === 'auth-method-unsupported'
        ? 'token_endpoint_auth_method must be none'
        : clientMetadataError(failure.failure).description
  }
}

function parseObject(body: Uint8Array): JsonObject | null {
  try {
    const value: JsonValue = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}
