/** Longest `resource`, in characters: it is kept with what was granted for it. */
const MAX_RESOURCE_LENGTH = 2048

/**
 * Whether a `resource` (RFC 8707 §2) is this server or a part of it: an absolute address without fragment and user
 * info, at or below the issuer's.
 */
export function isOwnResource(resource: string, issuer: string): boolean {
  if (
    resource.length > MAX_RESOURCE_LENGTH ||
    !/^[\u0021-\u007E]+$/u.test(resource) ||
    resource.includes('#') ||
    !URL.canParse(resource)
  )
    return false
  const wanted = new URL(resource)
  const own = new URL(issuer)
  if (wanted.origin !== own.origin || wanted.username !== '' || wanted.password !== '') return false
  const base = own.pathname.endsWith('/') ? own.pathname : `${own.pathname}/`
  return wanted.pathname === own.pathname || wanted.pathname.startsWith(base)
}

/** Whether a `resource` is the whole of this server, written with or without the slash at its end. */
export function isWholeServer(resource: string, issuer: string): boolean {
  if (!isOwnResource(resource, issuer)) return false
  const { pathname, search } = new URL(resource)
  return search === '' && withoutSlash(pathname) === withoutSlash(new URL(issuer).pathname)
}

const withoutSlash = (path: string): string => path.replace(/\/$/u, '')

/**
 * Whether a token for `resource` is good at this address (RFC 8707 §2): the same server, and the same path, or one below it, or the
 * same in another format (`/shop/orders` reaches `/shop/orders.json`; a dot in a name is written `~2E`). Both are full addresses;
 * one whose path is written in another way than the usual is nowhere.
 */
export function reaches(resource: string, address: string): boolean {
  const wanted = new URL(resource)
  const actual = new URL(address)
  if (wanted.origin !== actual.origin || !isAsWritten(address, actual)) return false
  const path = withoutSlash(wanted.pathname)
  const rest = actual.pathname.slice(path.length)
  return actual.pathname.startsWith(path) && (rest === '' || rest.startsWith('/') || rest.startsWith('.'))
}

/** Whether reading an address has changed its path: with `..` in it, for example. */
function isAsWritten(address: string, read: URL): boolean {
  return address.startsWith(read.origin + read.pathname)
}
