import { parse, serialize } from 'hono/utils/cookie'

/**
 * Reads a Cookie header. A malformed piece is passed over and the rest is kept: one broken cookie of another
 * application on this host must not sign anybody out. Of two with the same name the first counts, which is
 * the one for the more specific path (RFC 6265 §5.4).
 */
export function parseCookies(header: string | null | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(parse(header ?? '')))
}

export type CookieOptions = {
  /** Whether the request came over https: the cookie then never travels without it. */
  readonly secure: boolean
  /** How long the browser keeps it; left out, until the browser is closed. */
  readonly maxAgeSeconds?: number
}

/** A Set-Cookie value for a cookie for the whole site, out of reach of scripts, and not sent along by forms of other sites. */
export function serializeCookie(name: string, value: string, options: CookieOptions): string {
  const { secure, maxAgeSeconds } = options
  return serialize(name, value, {
    ...ATTRIBUTES,
    secure,
    ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
  })
}

/** A Set-Cookie value that removes a cookie made by `serializeCookie`. */
export function clearedCookie(name: string, secure: boolean): string {
  return serialize(name, '', { ...ATTRIBUTES, secure, maxAge: 0, expires: new Date(0) })
}

const ATTRIBUTES = { path: '/', httpOnly: true, sameSite: 'Lax' } as const
