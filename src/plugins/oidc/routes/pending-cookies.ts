import {
  clearedCookie,
  parseCookies,
  serializeCookie,
  type AppContext,
  type PluginHost,
} from '../../../plugin.ts'
import {
  MAX_PENDING,
  openPending,
  PENDING_COOKIE_PREFIX,
  PENDING_TTL_SECONDS,
  pendingCookieName,
  sealPending,
  type PendingSignIn,
} from '../protocol/pending.ts'

/** Gives the browser the cookie of a sign-in, and takes back those of the oldest when it has many: headers have a limit. */
export function keepPending(host: PluginHost, c: AppContext, pending: PendingSignIn): void {
  const secure = host.urls.isSecure(c.req.raw)
  const others = [...parseCookies(c.req.header('cookie')).keys()].filter((name) =>
    name.startsWith(PENDING_COOKIE_PREFIX),
  )
  for (const name of others.slice(0, Math.max(0, others.length - MAX_PENDING + 1))) {
    c.header('set-cookie', clearedCookie(name, secure), { append: true })
  }
  const name = pendingCookieName(pending.state)
  if (name === null) throw new Error('a new state must have a cookie of its own')
  const options = { secure, maxAgeSeconds: PENDING_TTL_SECONDS }
  c.header('set-cookie', serializeCookie(name, sealPending(pending, host.signer), options), { append: true })
}

/** The sign-in that this browser has under way for this callback and state. It is over with this answer, whatever comes of it. */
export function takePending(
  host: PluginHost,
  callback: string,
  c: AppContext,
  state: string,
): PendingSignIn | null {
  const name = pendingCookieName(state)
  const value = name === null ? undefined : parseCookies(c.req.header('cookie')).get(name)
  if (name === null || value === undefined) return null
  c.header('set-cookie', clearedCookie(name, host.urls.isSecure(c.req.raw)), { append: true })
  return openPending(value, host.signer, { callback, state, now: host.clock.now() })
}
