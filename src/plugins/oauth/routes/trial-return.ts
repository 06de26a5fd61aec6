import type { AppContext, PluginHost } from '../../../plugin.ts'
import type { Client } from '../protocol/client.ts'
import type { RedirectUri } from '../protocol/ids.ts'
import { isRedirectUri } from '../protocol/redirect-uri.ts'
import { openTrial, trialChallenge, type Trial } from '../protocol/trial.ts'
import { personOf, type Provider } from '../provider.ts'
import { sessionOf } from './browser-session.ts'
import { TRY_PATH } from './paths.ts'

/** The page of this server that trials come back to; null where no app could have such an address (plain http on a network). */
export function trialRedirectUri(host: PluginHost, c: AppContext): RedirectUri | null {
  const address = host.urls.absolute(c.req.raw, TRY_PATH)
  return isRedirectUri(address) ? address : null
}

/** The trial that a `state` stands for, when it belongs to the person and the session that bring it. */
export function findTrial({ host }: Provider, c: AppContext, state: string): Trial | null {
  const holder = { personId: personOf(c).id, session: sessionOf(c), now: host.clock.now() }
  return openTrial(state, host.signer, holder)
}

/**
 * The one redirect URI that a request may have beside those of its client: the page for trials, when the request is one that
 * this server wrote for the client's owner. Null for every other request.
 */
export function trialReturn(
  provider: Provider,
  c: AppContext,
  client: Client,
  request: { readonly state: string | null; readonly codeChallenge: string | null },
): RedirectUri | null {
  const { state, codeChallenge } = request
  if (state === null || client.createdBy !== personOf(c).id) return null
  if (findTrial(provider, c, state)?.clientId !== client.clientId) return null
  const isItsChallenge = codeChallenge === trialChallenge(state, provider.host.signer)
  return isItsChallenge ? trialRedirectUri(provider.host, c) : null
}

/** Whether a request was written for a trial: what comes of it goes to the page for trials, which ends it. */
export function isTrialRequest(
  provider: Provider,
  c: AppContext,
  { clientId }: Client,
  { redirectUri, state }: { readonly redirectUri: RedirectUri; readonly state: string | null },
): boolean {
  const isReturn = redirectUri === trialRedirectUri(provider.host, c)
  return isReturn && state !== null && findTrial(provider, c, state)?.clientId === clientId
}
