import type { RedirectUri } from './ids.ts'

/** Longest redirect URI, in characters. */
export const MAX_REDIRECT_URI_LENGTH = 2048

/**
 * Whether a browser may ever be sent to this address with a code: absolute, without fragment and user info,
 * and `https:`, or `http:` on a loopback host, or a private-use scheme with a dot in it (RFC 8252 §7.1). Its query names
 * nothing that an answer names: clients that read the first of two would take what was registered for the answer.
 *
 * The text itself is looked at, not what a URL parser makes of it: parsers drop tabs and line ends, turn
 * `\` into `/` and read `http://2130706433` as loopback.
 */
export function isRedirectUri(text: string): text is RedirectUri {
  if (text.length > MAX_REDIRECT_URI_LENGTH || !URI_CHARACTERS.test(text) || !URL.canParse(text)) return false
  if ([...new URL(text).searchParams.keys()].some((name) => ANSWER_PARAMETERS.has(name))) return false
  const scheme = /^(?<name>[A-Za-z][A-Za-z0-9+.-]*):/u.exec(text)?.groups?.['name']?.toLowerCase()
  if (scheme === undefined) return false
  if (scheme === 'https') return /^https:\/\/[^/?@]+(?:[/?]|$)/iu.test(text)
  if (scheme === 'http') return LOOPBACK.test(text)
  return scheme.includes('.') && !/^[^:]+:(?:\/\/[^/?]*@|$)/u.test(text)
}

/**
 * Finds where the browser may be sent for a requested `redirect_uri`, or null for "nowhere".
 *
 * Characters are compared one by one, never normalised (RFC 9700 §4.1.3). Only a public client's loopback
 * address may differ, and only in its port (RFC 8252 §7.3).
 */
export function matchRedirectUri(
  registered: readonly RedirectUri[],
  requested: string,
  kind: 'confidential' | 'public',
): RedirectUri | null {
  const exact = registered.find((uri) => uri === requested)
  if (exact !== undefined || kind === 'confidential') return exact ?? null

  const wanted = withoutLoopbackPort(requested)
  const samePlace = wanted !== null && registered.some((uri) => withoutLoopbackPort(uri) === wanted)
  return samePlace && isRedirectUri(requested) ? requested : null
}

/** Adds parameters to a redirect URI, after the query that it may already have (RFC 6749 §3.1.2, §4.1.2). */
export function withParameters(uri: RedirectUri, parameters: URLSearchParams): string {
  const separator = !uri.includes('?') ? '?' : /[?&]$/u.test(uri) ? '' : '&'
  return `${uri}${separator}${parameters.toString()}`
}

/** Where a person is sent back to, in words: the host and port, or the scheme of an app on their device. */
export function returnHost(uri: RedirectUri): string {
  const { host, protocol } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}

/** Whether a program on the person's own device takes the answer: on a loopback host, or by a scheme that it claims. */
export function isOnDevice(uri: RedirectUri): boolean {
  return !/^https:/iu.test(uri)
}

/** The characters of RFC 3986 without `#`: a fragment, even an empty one, is refused (RFC 6749 §3.1.2). */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/u

/** What an answer adds to a redirect URI (RFC 6749 §4.1.2, RFC 9207 §2). */
const ANSWER_PARAMETERS: ReadonlySet<string> = new Set([
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
])

const LOOPBACK = /^http:\/\/(?<host>127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?<rest>[/?].*)?$/iu

function withoutLoopbackPort(text: string): string | null {
  const { host, rest } = LOOPBACK.exec(text)?.groups ?? {}
  return host === undefined ? null : `${host.toLowerCase()} ${rest ?? ''}`
}
