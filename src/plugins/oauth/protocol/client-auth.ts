/**
 * How a client proves itself at the token endpoint (RFC 6749 §2.3): with a secret in the body or in a Basic header,
 * or, for a public client, by its name alone.
 */
import { equalInConstantTime, fail, ok, type Result } from '../../../plugin.ts'
import type { ClientKind } from './client.ts'
import { hashSecret, type ClientId, type SecretHash } from './ids.ts'
import { onlyValue } from './parameters.ts'

/** What a client presented. `clientId` is text from outside: it may name no client at all. */
export type ClientCredentials =
  | { readonly method: 'basic' | 'post'; readonly clientId: string; readonly secret: string }
  | { readonly method: 'none'; readonly clientId: string }

export type ClientAuthFailure =
  | { readonly reason: 'two-authentications' }
  | { readonly reason: 'no-client-named' }
  | { readonly reason: 'basic-malformed' }
  | { readonly reason: 'client-unknown'; readonly usedBasic: boolean }
  | { readonly reason: 'client-secret-missing' }
  | { readonly reason: 'client-secret-wrong'; readonly usedBasic: boolean }

/** What is known about a client when it proves itself. */
export type KnownClient = {
  readonly kind: ClientKind
  readonly secrets: readonly { readonly hash: SecretHash }[]
}

/**
 * Reads what the client presented. Nothing is ever read from the query of the URL (RFC 6749 §2.3.1). `unnamed` is the
 * public client that a request is from when it names none and proves nothing; null where there is no such client.
 */
export function readClientCredentials(
  form: URLSearchParams,
  authorization: string | null,
  unnamed: ClientId | null,
): Result<ClientCredentials, ClientAuthFailure> {
  const clientId = onlyValue(form, 'client_id')
  const secret = onlyValue(form, 'client_secret')
  const basic = /^basic(?: +(?<encoded>.*))?$/iu.exec(authorization ?? '')
  if (basic !== null) {
    if (secret !== null) return fail({ reason: 'two-authentications' })
    const credentials = parseBasic(basic.groups?.['encoded'] ?? '')
    if (credentials === null) return fail({ reason: 'basic-malformed' })
    if (clientId !== null && clientId !== credentials.clientId) return fail({ reason: 'two-authentications' })
    return ok({ method: 'basic', ...credentials })
  }
  if (clientId === null) {
    if (unnamed === null || secret !== null) return fail({ reason: 'no-client-named' })
    return ok({ method: 'none', clientId: unnamed })
  }
  return ok(secret === null ? { method: 'none', clientId } : { method: 'post', clientId, secret })
}

/**
 * The client, when the credentials prove it; `client` is null when there is none of that name. A secret is compared in
 * constant time, and for an unknown client too, so that the time of an answer tells no names.
 */
export function checkClient<C extends KnownClient>(
  credentials: ClientCredentials,
  client: C | null,
): Result<C, ClientAuthFailure> {
  const usedBasic = credentials.method === 'basic'
  const isMatch =
    credentials.method !== 'none' &&
    matchesOne(hashSecret(credentials.secret), client?.secrets ?? [NOBODYS_SECRET])

  if (client === null) return fail({ reason: 'client-unknown', usedBasic })
  if (client.kind === 'public') {
    return credentials.method === 'none' ? ok(client) : fail({ reason: 'client-secret-wrong', usedBasic })
  }
  if (credentials.method === 'none') return fail({ reason: 'client-secret-missing' })
  return isMatch ? ok(client) : fail({ reason: 'client-secret-wrong', usedBasic })
}

/** A secret that was never given out: 64 hex digits never hash to the hash of the empty text. */
const NOBODYS_SECRET = { hash: hashSecret('') }

/** Looks at every hash even after a match: where the match stands shows in no time. */
function matchesOne(presented: SecretHash, stored: KnownClient['secrets']): boolean {
  let isMatch = false
  for (const { hash } of stored) isMatch = equalInConstantTime(hash, presented) || isMatch
  return isMatch
}

/** Reads `base64(form-encoded id ":" form-encoded secret)` (RFC 6749 §2.3.1), or null. */
function parseBasic(encoded: string): { readonly clientId: string; readonly secret: string } | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(encoded)) return null
  const text = Buffer.from(encoded, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  if (colon === -1) return null
  const clientId = formDecode(text.slice(0, colon))
  const secret = formDecode(text.slice(colon + 1))
  return clientId === null || secret === null || clientId === '' ? null : { clientId, secret }
}

function formDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
