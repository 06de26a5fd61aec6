import type { JWTVerifyGetKey } from 'jose'
import {
  HttpError,
  fail,
  ok,
  readForm,
  type EndedUpstream,
  type PluginHost,
  type Result,
  type Route,
} from '../../../plugin.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { checkLogoutToken } from '../protocol/logout-token.ts'
import { keysOf } from '../provider-keys.ts'

const MAX_BODY_BYTES = 65_536

/** `POST …/backchannel-logout` (OpenID Connect Back-Channel Logout 1.0 §2.5): the provider ends sessions that it began. */
export function backchannelLogoutRoute(host: PluginHost, provider: IdentityProvider): Route {
  const keys = keysOf(provider)
  return {
    method: 'POST',
    path: provider.paths.backchannelLogout,
    allow: { who: 'anyone' },
    handle: async (c) => {
      c.header('cache-control', 'no-store')
      const form = await readForm(c.req.raw, MAX_BODY_BYTES)
      const judged = await judge(host, provider, keys, form.get('logout_token') ?? '')
      if (!judged.ok) {
        host.log.warn({ provider: provider.name, reason: judged.error }, 'oidc.logout_refused')
        return c.json({ error: 'invalid_request' }, 400)
      }
      const { issuer, ended } = judged.value
      const sessions = await host.sessions.endUpstream(issuer, ended)
      host.log.info({ provider: provider.name, sessions }, 'oidc.logged_out_by_provider')
      return c.body(null, 200)
    },
  }
}

async function judge(
  host: PluginHost,
  provider: IdentityProvider,
  keys: JWTVerifyGetKey,
  token: string,
): Promise<Result<{ readonly issuer: string; readonly ended: EndedUpstream }, string>> {
  // Only what looks like a signed token is worth asking the provider anything.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(token)) return fail('not-a-token')
  const issuer = await issuerOf(provider)
  const { client_id: clientId } = provider.client
  const now = new Date(host.clock.now() * 1000)
  const checked = await checkLogoutToken({ token, issuer, clientId, keys, now })
  return checked.ok ? ok({ issuer, ended: checked.value }) : checked
}

async function issuerOf(provider: IdentityProvider): Promise<string> {
  try {
    return (await provider.metadata()).issuer
  } catch (cause) {
    throw new HttpError(503, 'The provider cannot be asked who it is', { cause })
  }
}
