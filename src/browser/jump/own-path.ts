/** The path of an address on this site, with its parameters; null for anything else, whatever it looks like. */
export function ownPath(address: string, origin: string): string | null {
  const url = URL.parse(address, origin)
  if (url === null || url.origin !== origin) return null
  const path = url.pathname + url.search
  // A path that begins with two slashes would lead to another host when it is used as a link.
  return /^\/(?!\/)/u.test(path) ? path : null
}
