import { actorLabel, privatePageHeaders, type AppContext } from '../../../../plugin.ts'
import { DeviceReviewPage } from '../../pages/device-review.tsx'
import type { DeviceRequest } from '../../protocol/device-request.ts'
import { sealDeviceTicket } from '../../protocol/device-ticket.ts'
import { COMMAND_LINE_CLIENT_ID, type UserCode } from '../../protocol/ids.ts'
import { distance } from '../../protocol/networks.ts'
import { offeredIndexes, scopeOffers } from '../../protocol/scope-offers.ts'
import { defaultLifetime, lifetimeChoices } from '../../protocol/token-lifetime.ts'
import { longestDeviceAccess, personOf, type Provider } from '../../provider.ts'
import { appOf } from '../consent/asking-app.ts'
import { sessionOf } from '../browser-session.ts'
import { showEntry } from './device-entry-page.tsx'
import { scopeLines } from '../consent/scope-lines.ts'
import { VERIFY_PATH } from '../paths.ts'

/** Shows what a device asks for, to the person who opened its code. `error` says why a decision was not accepted; the status is 200 then, too (host.md §13.4). */
export async function showReview(
  provider: Provider,
  c: AppContext,
  userCode: UserCode,
  request: DeviceRequest,
  error: string | null,
): Promise<Response> {
  const person = personOf(c)
  const { host } = provider
  const client = await provider.clients.find(request.clientId)
  // It was deleted just now, and its requests with it.
  if (client === null) return showEntry(provider, c, '', 'unknown')
  const offers = scopeOffers(request.scope, person.actor, host.permissions)
  const ttlChoices = lifetimeChoices(longestDeviceAccess(provider, request))
  const ticket = sealDeviceTicket(
    {
      userCode,
      offered: offeredIndexes(offers),
      personId: person.id,
      session: sessionOf(c),
      expiresAt: request.expiresAt,
    },
    host.signer,
  )
  return host.page(c, {
    title: 'Verify Device',
    width: 'narrow',
    headers: privatePageHeaders(),
    body: (
      <DeviceReviewPage
        code={userCode}
        app={client.clientId === COMMAND_LINE_CLIENT_ID ? null : appOf(client)}
        origin={{
          address: request.address,
          userAgent: request.userAgent,
          requestedAt: request.requestedAt,
          readersAddress: c.env.address,
          distance: distance(request.address, c.env.address),
        }}
        person={{ label: actorLabel(person.actor), signOutPath: signOutPath(provider) }}
        scopes={scopeLines(host, person.actor, offers)}
        fullAccess={request.scope.access === 'full'}
        ttlChoices={ttlChoices}
        ttlSeconds={defaultLifetime(ttlChoices)}
        action={host.urls.path(VERIFY_PATH)}
        ticket={ticket}
        error={error}
      />
    ),
  })
}

/** Signing out leads back to the empty form: the code belongs to whoever opened it. */
function signOutPath({ host }: Provider): string {
  return host.urls.path(`/-/logout?next=${encodeURIComponent(host.urls.path(VERIFY_PATH))}`)
}
