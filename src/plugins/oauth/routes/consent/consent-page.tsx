import { actorLabel, privatePageHeaders, type AppContext } from '../../../../plugin.ts'
import { ConsentPage } from '../../pages/consent.tsx'
import type { AuthorizationRequest } from '../../protocol/authorize.ts'
import type { Client } from '../../protocol/client.ts'
import { CONSENT_TICKET_TTL_SECONDS, sealTicket } from '../../protocol/consent-ticket.ts'
import { newTicketNonce } from '../../protocol/ids.ts'
import { isOnDevice, returnHost } from '../../protocol/redirect-uri.ts'
import { offeredIndexes, scopeOffers } from '../../protocol/scope-offers.ts'
import { personOf, refreshEndsAt, tokenTtlSeconds, type Provider } from '../../provider.ts'
import { appOf } from './asking-app.ts'
import { sessionOf } from '../browser-session.ts'
import { scopeLines } from './scope-lines.ts'
import { APPS_PATH, AUTHORIZE_PATH } from '../paths.ts'
import { isTrialRequest } from '../trial-return.ts'

/** Asks the person. `error` says why an earlier decision was not accepted. */
export async function showConsent(
  provider: Provider,
  c: AppContext,
  client: Client,
  request: AuthorizationRequest,
  error: string | null,
): Promise<Response> {
  const person = personOf(c)
  const { host } = provider
  const now = host.clock.now()
  const ttlSeconds = tokenTtlSeconds(provider)
  const refreshingEnds = request.asksRefresh ? refreshEndsAt(provider) : null
  const offers = scopeOffers(request.scope, person.actor, host.permissions)
  const ticket = sealTicket(
    {
      request,
      offered: offeredIndexes(offers),
      personId: person.id,
      session: sessionOf(c),
      nonce: newTicketNonce(host.random),
      expiresAt: now + CONSENT_TICKET_TTL_SECONDS,
    },
    host.signer,
  )
  return host.page(c, {
    title: 'Give an app access',
    width: 'narrow',
    status: error === null ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <ConsentPage
        app={{
          ...appOf(client),
          returnHost: returnHost(request.redirectUri),
          returnsToDevice: isOnDevice(request.redirectUri),
        }}
        person={{ label: actorLabel(person.actor), signOutPath: host.urls.path(signOutPath(host, c)) }}
        scopes={scopeLines(host, person.actor, offers)}
        fullAccess={request.scope.access === 'full'}
        isTrial={isTrialRequest(provider, c, client, request)}
        expiresAt={refreshingEnds ?? (ttlSeconds === null ? null : now + ttlSeconds)}
        idleSeconds={refreshingEnds === null ? null : provider.config.refresh_token_ttl}
        action={host.urls.path(AUTHORIZE_PATH)}
        ticket={ticket}
        appsPath={host.urls.path(APPS_PATH)}
        error={error}
      />
    ),
  })
}

/** Signing out leads back to this request, for whoever it was meant for. */
function signOutPath({ urls }: Provider['host'], c: AppContext): string {
  const here = urls.here(c.req.raw)
  return here.includes('?') ? `/-/logout?next=${encodeURIComponent(here)}` : '/-/logout'
}
