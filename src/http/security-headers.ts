/**
 * What a page may load and do. Nothing comes from other sites, no script or style stands in the markup, and
 * nobody frames a page. `form-action` is left out on purpose: browsers apply it to the redirects after a form as
 * well, and a consent form ends at the app's own site.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Headers of every HTML page. `Referrer-Policy` is `same-origin` and not `no-referrer`, under which browsers send
 * `Origin: null` with a form: over plain http, where they leave out `Sec-Fetch-Site`, no form would pass
 * `checkCrossSite`.
 */
export function pageHeaders(): Readonly<Record<string, string>> {
  return PAGE_HEADERS
}

/**
 * Headers of pages that show a secret or ask for a decision: as `pageHeaders`, never stored by a cache, and
 * telling nobody where the visitor was (RFC 9700 §4.2.4). A form on such a page works over https or on a loopback
 * address.
 */
export function privatePageHeaders(): Readonly<Record<string, string>> {
  return PRIVATE_PAGE_HEADERS
}

/**
 * Headers of pages with a form that must also work over plain http on a network: as `pageHeaders`, never stored by a cache. The
 * form keeps its `Origin`, without which `checkCrossSite` refuses it there.
 */
export function formPageHeaders(): Readonly<Record<string, string>> {
  return FORM_PAGE_HEADERS
}

/**
 * Headers of pages with a form that holds no secret: as `formPageHeaders`, kept by this person's browser alone. What it may not keep it cannot
 * show again: going back to a form that was refused would be an error of the browser, and what was written gone.
 */
export function returnPageHeaders(): Readonly<Record<string, string>> {
  return RETURN_PAGE_HEADERS
}

const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const FORM_PAGE_HEADERS = { ...PAGE_HEADERS, 'cache-control': 'no-store' } as const

const RETURN_PAGE_HEADERS = { ...PAGE_HEADERS, 'cache-control': 'private, no-cache' } as const

const PRIVATE_PAGE_HEADERS = {
  ...PAGE_HEADERS,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
} as const
