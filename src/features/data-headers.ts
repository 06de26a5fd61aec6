import type { AppContext } from '../routing/context.ts'
import type { Settings } from '../config/settings.ts'

/**
 * Headers of every answer that holds people's data. It may differ from reader to reader, so caches on the way
 * have to tell readers apart, and what a signed-in reader or a token gets is for them alone (RFC 6750 §5.3).
 */
export function dataHeaders(c: AppContext): Record<string, string> {
  const vary = { Vary: 'Authorization, Cookie' }
  return isShared(c) ? vary : { ...vary, 'Cache-Control': 'private' }
}

/** A day. */
const LONGEST_TTL_SECONDS = 86_400

/**
 * `dataHeaders` for tables and rows, which may also be kept for a while: for `?_ttl=` seconds (a day at most), or as long as the
 * setting `default_cache_ttl` says (host.md §8.6). Zero means asking again each time.
 */
export function cachedDataHeaders(c: AppContext, settings: Settings): Record<string, string> {
  const asked = c.req.query('_ttl')
  const wanted = asked !== undefined && /^\d{1,9}$/.test(asked) ? Number(asked) : settings.default_cache_ttl
  // What is closed tomorrow must not be read from a cache for years.
  const seconds = Math.min(wanted, LONGEST_TTL_SECONDS)
  const age = seconds === 0 ? 'no-cache' : `max-age=${seconds}`
  return {
    ...dataHeaders(c),
    'Cache-Control': isShared(c) ? age : `private, ${age}`,
    'Referrer-Policy': 'no-referrer',
  }
}

/** Characters of the longest `Link` header on a page; many clients and proxies refuse headers of a few times its length. */
const MAX_LINK_CHARACTERS = 2048

/** The header of a page that names the same data as JSON. Left out when the address is long: the page links to it too. */
export function alternateLink(address: string): Readonly<Record<string, string>> {
  return pageLink(`<${address}>; rel="alternate"; type="application/json+datasette"`)
}

/** The header of a page that names the page after it. Left out like the other. */
export function nextLink(address: string): Readonly<Record<string, string>> {
  return pageLink(`<${address}>; rel="next"`)
}

function pageLink(link: string): Readonly<Record<string, string>> {
  return link.length > MAX_LINK_CHARACTERS ? {} : { Link: link }
}

/**
 * Whether the answer is the same for everybody: a credential makes it personal even when it was not accepted, and so does any
 * cookie, since a page may show a note that waited in one.
 */
function isShared(c: AppContext): boolean {
  const isAnonymous = c.get('actor') === null && c.req.header('authorization') === undefined
  return isAnonymous && c.req.header('cookie') === undefined
}
