import { actorLabel, networkOf, privatePageHeaders, type AppContext } from '../../../plugin.ts'
import { describeScope } from '../pages/describe-scope.ts'
import { DeviceReviewPage } from '../pages/device-review.tsx'
import type { App } from '../pages/parties.tsx'
import type { OpenedRequest } from '../protocol/device-request.ts'
import { sealDeviceTicket } from '../protocol/device-ticket.ts'
import { COMMAND_LINE_CLIENT_ID, type ClientId, type UserCode } from '../protocol/ids.ts'
import { offeredIndexes, scopeOffers } from '../protocol/scope-offers.ts'
import { defaultLifetime, lifetimeChoices } from '../protocol/token-lifetime.ts'
import { personOf, type Provider } from '../provider.ts'
import { sessionOf } from './browser-session.ts'
import { VERIFY_PATH } from './device-paths.ts'

/** Shows what a device asks for, to the person who opened its code. `error` says why a decision was not accepted; the status is 200 then, too (host.md §13.4). */
export async function showReview(
  provider: Provider,
  c: AppContext,
  userCode: UserCode,
  request: OpenedRequest,
  error: string | null,
): Promise<Response> {
  const person = personOf(c)
  const { host } = provider
  const offers = scopeOffers(request.scope, person.actor, host.permissions)
  const lifetimes = lifetimeChoices(host.tokenSettings.maxTtlSeconds)
  const ticket = sealDeviceTicket(
    {
      requestId: request.requestId,
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
        app={await findApp(provider, request.clientId)}
        origin={{
          address: request.address,
          userAgent: request.userAgent,
          requestedAt: request.requestedAt,
          readersAddress: isNear(request.address, c.env.address) ? null : c.env.address,
        }}
        person={{ label: actorLabel(person.actor), signOutPath: signOutPath(provider) }}
        scopes={offers.map(({ index, scope, action, status }) => ({
          index,
          status,
          ...describeScope(scope, action),
        }))}
        fullAccess={request.scope.access === 'full'}
        lifetimes={lifetimes}
        lifetime={defaultLifetime(lifetimes)}
        action={host.urls.path(VERIFY_PATH)}
        ticket={ticket}
        error={error}
      />
    ),
  })
}

/** The app that asks; null for a command line that named none. */
async function findApp({ clients }: Provider, clientId: ClientId): Promise<App | null> {
  const client = clientId === COMMAND_LINE_CLIENT_ID ? null : await clients.find(clientId)
  if (client === null) return null
  const { name, kind, createdBy } = client
  return { name, kind, registeredBy: createdBy === null ? null : String(createdBy) }
}

/** Devices on one desk share a network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address. */
function isNear(one: string, other: string): boolean {
  return networkOf(one, 24, 48) === networkOf(other, 24, 48)
}

/** Signing out leads back to the empty form: the code belongs to whoever opened it. */
function signOutPath({ host }: Provider): string {
  return host.urls.path(`/-/logout?next=${encodeURIComponent(host.urls.path(VERIFY_PATH))}`)
}
