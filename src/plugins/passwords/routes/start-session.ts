import { serializeCookie, type AppContext } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import type { PasswordHash, UserName } from '../protocol/ids.ts'
import {
  formatKnownBrowser,
  KNOWN_BROWSER_COOKIE,
  KNOWN_BROWSER_TTL_SECONDS,
} from '../protocol/known-browser.ts'

/**
 * Signs somebody in who has just proven this password, and knows their browser from now on. False when the password was
 * replaced or the account closed meanwhile. Whoever did that ended the sessions that they saw; looking once more after
 * this one began leaves none that they missed.
 */
export async function startSession(
  { host, users }: Accounts,
  c: AppContext,
  name: UserName,
  proven: PasswordHash,
): Promise<boolean> {
  const actor = { id: name }
  await host.sessions.start(c, { actor, upstream: null })
  const user = await users.find(name)
  if (user?.passwordHash !== proven) {
    await host.sessions.endAllOf(name)
    return false
  }
  const options = { secure: host.urls.isSecure(c.req.raw), maxAgeSeconds: KNOWN_BROWSER_TTL_SECONDS }
  const value = formatKnownBrowser(name, proven, host.signer, host.random)
  c.header('set-cookie', serializeCookie(KNOWN_BROWSER_COOKIE, value, options), { append: true })
  host.log.info({ actor_id: name }, 'passwords.signed_in')
  return true
}
