import * as oauth from 'oauth4webapi'
import type { ProfileFailure } from './profile.ts'

/** Why a sign-in at a provider came to nothing. */
export type SignInFailure =
  /** No sign-in of this browser is under way for this answer: forged, of another browser, too late, or used before. */
  | { readonly reason: 'not-pending' }
  /** The person or the provider said no (`access_denied`), or the provider could not (`server_error` …). */
  | { readonly reason: 'provider-refused'; readonly error: string; readonly description: string | null }
  /** `detail` says what was asked and what the network said, for the log. */
  | { readonly reason: 'provider-unreachable'; readonly detail: string }
  /** The provider does not accept this site: its id, its secret, its address to come back to. */
  | { readonly reason: 'client-refused'; readonly error: string; readonly description: string | null }
  /** The answer is not what the standard asks for: signature, issuer, audience, nonce, time, subject. */
  | { readonly reason: 'answer-untrusted'; readonly detail: string; readonly cause?: string }
  | ProfileFailure

/** A request to a provider that came to nothing on the network. */
export class ProviderUnreachable extends Error {
  constructor(address: string, cause: unknown) {
    super(`${address}: ${reasonOf(cause)}`, { cause })
    this.name = 'ProviderUnreachable'
  }
}

/** What the network says: `fetch` hides it in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  if (cause instanceof Error)
    return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return error.name === 'TypeError' ? error.message : error.name
}

/** What a protocol library threw, as a failure. Throws on what is neither the provider's nor the network's fault. */
export function failureOf(error: unknown): SignInFailure {
  if (error instanceof oauth.AuthorizationResponseError) {
    const description = error.error_description ?? null
    return { reason: 'provider-refused', error: error.error, description }
  }
  if (error instanceof oauth.ResponseBodyError) {
    return error.error === 'invalid_grant'
      ? { reason: 'answer-untrusted', detail: 'invalid_grant' }
      : { reason: 'client-refused', error: error.error, description: error.error_description ?? null }
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return { reason: 'client-refused', error: 'invalid_client', description: null }
  if (error instanceof oauth.OperationProcessingError) {
    return { reason: 'answer-untrusted', detail: error.code ?? 'unknown', cause: causeText(error.cause) }
  }
  if (error instanceof ProviderUnreachable) return { reason: 'provider-unreachable', detail: error.message }
  throw error
}

/** What was expected and what came, where the library says so: enough to see a mistyped issuer. */
function causeText(cause: unknown): string {
  if (cause instanceof Response) return `HTTP ${cause.status} from ${cause.url}`
  if (cause instanceof Error) return cause.message
  const { expected, body, attribute } = isRecord(cause) ? cause : {}
  if (expected === undefined) return ''
  const found = isRecord(body) && typeof attribute === 'string' ? body[attribute] : undefined
  return `expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
