import type { AppContext, PluginHost } from '../../../../plugin.ts'
import type { ClientId } from '../../protocol/ids.ts'
import { AUTHORIZE_PATH, INTROSPECT_PATH, REVOKE_PATH, TOKEN_PATH } from '../paths.ts'

/** Addresses for the developer of a client, as this request sees the server. */
export function endpointsOf(
  host: PluginHost,
  c: AppContext,
): {
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  readonly introspect: string
} {
  return {
    authorize: host.urls.absolute(c.req.raw, AUTHORIZE_PATH),
    token: host.urls.absolute(c.req.raw, TOKEN_PATH),
    revoke: host.urls.absolute(c.req.raw, REVOKE_PATH),
    introspect: host.urls.absolute(c.req.raw, INTROSPECT_PATH),
  }
}

/** The page of one client, without the base URL. */
export function clientPath(clientId: ClientId): string {
  return `/-/oauth/clients/${clientId}`
}
