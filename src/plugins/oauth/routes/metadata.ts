import type { AppContext, Route } from '../../../plugin.ts'
import { metadataPath, resourceMetadata, serverMetadata, type ServerMetadata } from '../protocol/metadata.ts'
import { issuerOf, tokenTtlSeconds, type Provider } from '../provider.ts'
import { endpointsOf } from './client-addresses.ts'
import { answerJson } from './json-answer.ts'
import { DEVICE_PATH, REGISTER_PATH } from './paths.ts'
import { refuseProgram } from './refuse.ts'

/** What clients read that know nothing but an address: about the provider (RFC 8414 §3.1), and about what its tokens are for (RFC 9728 §3.1). */
export function metadataRoutes(provider: Provider): readonly Route[] {
  const { host } = provider
  const forClients = {
    method: 'GET',
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
  } as const
  return [
    {
      ...forClients,
      path: metadataPath('oauth-authorization-server', host.urls.basePath),
      handle: (c) => answerJson(c, metadataOf(provider, c)),
    },
    {
      ...forClients,
      path: metadataPath('oauth-protected-resource', host.urls.basePath),
      handle: (c) => answerJson(c, resourceMetadata(issuerOf(host, c))),
    },
  ]
}

/** What this server says of itself, as this request sees it. */
export function metadataOf({ host, config }: Provider, c: AppContext): ServerMetadata {
  const addressOf = (path: string) => host.urls.absolute(c.req.raw, path)
  const addresses = {
    ...endpointsOf(host, c),
    device: config.enable_device_flow ? addressOf(DEVICE_PATH) : null,
    register: config.enable_dynamic_registration ? addressOf(REGISTER_PATH) : null,
  }
  return serverMetadata(issuerOf(host, c), addresses, {
    refreshes: tokenTtlSeconds({ config, host }) !== null,
    takesDocuments: config.enable_client_id_metadata,
  })
}

/** The full address of what `oauth-protected-resource` says. */
export function resourceMetadataAddress({ host }: Provider, c: AppContext): string {
  return host.urls.origin(c.req.raw) + metadataPath('oauth-protected-resource', host.urls.basePath)
}
