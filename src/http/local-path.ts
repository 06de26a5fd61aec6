declare const local: unique symbol

/** A path on this site, with its query: safe to send a browser to. The base URL is part of it. */
export type LocalPath = string & { readonly [local]: true }

/**
 * Reads where to go next from a request (`?next=/db/table`), or null for anything that could lead to another
 * site. Characters outside printable ASCII are percent-encoded, so that the result fits a Location header.
 *
 * Refused: addresses with a scheme or host, `//evil.example` and `/\evil.example`, any backslash (browsers read it as
 * a slash), control characters (browsers drop tabs and line ends, so that `/<tab>/evil.example` leaves), and
 * dot segments behind which such a path hides.
 */
export function parseLocalPath(text: string): LocalPath | null {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001F\u007F\\]/u.test(text) || !text.isWellFormed()) return null
  const encoded = text.replace(/[^\u0021-\u007E]/gu, encodeURIComponent)
  return isLocalPath(encoded) ? encoded : null
}

const SITE = 'http://site.invalid'

function isLocalPath(text: string): text is LocalPath {
  if (!text.startsWith('/') || text.startsWith('//') || !URL.canParse(text, SITE)) return false
  const resolved = new URL(text, SITE)
  return resolved.origin === SITE && !resolved.pathname.startsWith('//')
}
