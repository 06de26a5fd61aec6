/**
 * Whether what a client has is what it would get: the `If-None-Match` of its request names this tag, or is `*`
 * (RFC 9110 §13.1.2). Tags are compared weakly, as a proxy that compresses may have marked them (`W/"…"`).
 */
export function matchesEtag(ifNoneMatch: string | null | undefined, etag: string): boolean {
  const header = ifNoneMatch ?? ''
  return header.trim() === '*' || Array.from(header.matchAll(/"[^"]*"/g), String).includes(etag)
}
