import type { AppContext, Route } from '../../../plugin.ts'
import { metadataPath, resourceMetadata, serverMetadata } from '../protocol/metadata.ts'
import { issuerOf, tokenTtlSeconds, type Provider } from '../provider.ts'
import { endpointsOf } from './client-addresses.ts'
import { answerJson } from './json-answer.ts'
import { DEVICE_PATH } from './paths.ts'
import { refuseProgram } from './refuse.ts'

/** What clients read that know nothing but an address: about the provider (RFC 8414 §3.1), and about what its tokens are for (RFC 9728 §3.1). */
export function metadataRoutes({ host, config }: Provider): readonly Route[] {
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
      handle: (c) => {
        const device = config.enable_device_flow ? host.urls.absolute(c.req.raw, DEVICE_PATH) : null
        const refreshes = tokenTtlSeconds({ config, host }) !== null
        return answerJson(
          c,
          serverMetadata(issuerOf(host, c), { ...endpointsOf(host, c), device }, refreshes),
        )
      },
    },
    {
      ...forClients,
      path: metadataPath('oauth-protected-resource', host.urls.basePath),
      handle: (c) => answerJson(c, resourceMetadata(issuerOf(host, c))),
    },
  ]
}

/** The full address of what `oauth-protected-resource` says. */
export function resourceMetadataAddress({ host }: Provider, c: AppContext): string {
  return host.urls.origin(c.req.raw) + metadataPath('oauth-protected-resource', host.urls.basePath)
}
