/** Longest `client_id` that is an address, in characters. It stands in tickets, tokens' grants and on pages. */
export const MAX_CLIENT_ID_URL_LENGTH = 512

/**
 * Whether a `client_id` is the address of the document that describes its client: `https`, a host name with a dot in it, a
 * path, and no user info, fragment or dot segments (draft-ietf-oauth-client-id-metadata-document-03 §3).
 *
 * Addresses are compared as text, so only the form counts that URL parsers write. That leaves no two spellings of one place,
 * no numeric hosts in disguise, and no host that looks on a page like another than it is (names outside ASCII are `xn--…`).
 */
export function isClientIdUrl(text: string): boolean {
  if (text.length > MAX_CLIENT_ID_URL_LENGTH || !CLIENT_ID_URL.test(text) || !URL.canParse(text)) return false
  return new URL(text).href === text
}

/** The host (and port) that the document comes from; null for a client that is registered. */
export function documentHost(clientId: string): string | null {
  return isClientIdUrl(clientId) ? new URL(clientId).host : null
}

/** The last label begins with a letter: otherwise the host is an IP address, or a name that only this network knows. */
const CLIENT_ID_URL =
  /^https:\/\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*(?::\d{1,5})?\/[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*$/u
