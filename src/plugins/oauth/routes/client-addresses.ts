import type { AppContext, PluginHost } from '../../../plugin.ts'
import type { ClientId } from '../protocol/ids.ts'

/** Addresses for the developer of a client, as this request sees the server. */
export function endpointsOf(
  host: PluginHost,
  c: AppContext,
): { readonly authorize: string; readonly token: string } {
  return {
    authorize: host.urls.absolute(c.req.raw, '/-/oauth/authorize'),
    token: host.urls.absolute(c.req.raw, '/-/oauth/token'),
  }
}

/** The page of one client, without the base URL. */
export function clientPath(clientId: ClientId): string {
  return `/-/oauth/clients/${clientId}`
}
