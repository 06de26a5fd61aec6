import { clearedCookie, parseCookies, serializeCookie, type AppContext } from '../../../../plugin.ts'
import type { Client } from '../../protocol/client.ts'
import type { ClientSecret } from '../../protocol/ids.ts'
import type { TicketHolder } from '../../protocol/page-ticket.ts'
import { openSecret, sealSecret, SECRET_NOTE_TTL_SECONDS } from '../../protocol/secret-note.ts'
import { personOf, type Provider } from '../../provider.ts'
import { sessionOf } from '../browser-session.ts'

/** Leaves a new secret for the page of its app, which the answer redirects to: loading that again makes no second one. */
export async function noteSecret(
  { host }: Provider,
  c: AppContext,
  { clientId }: Client,
  secret: ClientSecret,
): Promise<void> {
  const note = await sealSecret(secret, clientId, host.signer, holderOf(host, c))
  const options = { secure: host.urls.isSecure(c.req.raw), maxAgeSeconds: SECRET_NOTE_TTL_SECONDS }
  c.header('set-cookie', serializeCookie(cookieOf(clientId), note, options), { append: true })
  c.header('cache-control', 'no-store')
}

/** The secret that waits for the page of this app; it is gone afterwards. Null when there is none. */
export async function takeSecret(
  { host }: Provider,
  c: AppContext,
  { clientId }: Client,
): Promise<string | null> {
  const note = parseCookies(c.req.header('cookie')).get(cookieOf(clientId))
  if (note === undefined) return null
  const cleared = clearedCookie(cookieOf(clientId), host.urls.isSecure(c.req.raw))
  c.header('set-cookie', cleared, { append: true })
  return openSecret(note, clientId, host.signer, holderOf(host, c))
}

const holderOf = (host: Provider['host'], c: AppContext): TicketHolder => ({
  personId: personOf(c).id,
  session: sessionOf(c),
  now: host.clock.now(),
})

/** A cookie for each app, so that two that are registered at the same time do not take each other's place. */
const cookieOf = (clientId: Client['clientId']): string => `tapedeck_oauth_secret_${clientId}`
