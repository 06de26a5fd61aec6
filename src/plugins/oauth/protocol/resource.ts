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
