import type { AppContext, PluginHost, Route } from '../../../../plugin.ts'
import {
  mayBeIssuer,
  metadataPath,
  resourceMetadata,
  serverMetadata,
  type ResourceMetadata,
  type ServerMetadata,
} from '../../protocol/metadata.ts'
import { issuerOf, tokenTtlSeconds, type Provider } from '../../provider.ts'
import { endpointsOf } from './client-addresses.ts'
import { answerJson } from '../json-answer.ts'
import { DEVICE_PATH, REGISTER_PATH } from '../paths.ts'
import { refuseProgram } from '../refuse.ts'

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
      handle: (c) => answerAsIssuer(host, c, () => metadataOf(provider, c)),
    },
    // RFC 9728 §3.1: of the server as a whole, and of each address on it. What is there, and whether anything is, nobody is told.
    ...['', '/:path**'].map((rest): Route => ({
      ...forClients,
      path: metadataPath('oauth-protected-resource', host.urls.basePath) + rest,
      handle: (c, { path }) =>
        answerAsIssuer(host, c, (issuer) => resourceMetadata(issuer, path === undefined ? '' : `/${path}`)),
    })),
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

function answerAsIssuer(
  host: PluginHost,
  c: AppContext,
  describe: (issuer: string) => ServerMetadata | ResourceMetadata,
): Response {
  const issuer = issuerOf(host, c)
  if (mayBeIssuer(issuer)) return answerJson(c, describe(issuer))
  const description = `${issuer} cannot be an issuer, since it is not https (RFC 8414 section 2). Behind a proxy that speaks https, switch force_https_urls on.`
  return answerJson(c, { error: 'invalid_request', error_description: description }, 400)
}

/**
 * The full address of what `oauth-protected-resource` says of what this request asks for: a client that is sent there expects to read of
 * the address that it asked (RFC 9728 §3.3). Null where nothing is said.
 */
export function resourceMetadataAddress({ host }: Provider, c: AppContext): string | null {
  if (!mayBeIssuer(issuerOf(host, c))) return null
  const path = host.urls.pathOf(c.req.raw)
  // One that is too long for a `resource` is told of as part of the server.
  const own = path === '/' || path.length > LONGEST_PATH ? '' : path
  return host.urls.origin(c.req.raw) + metadataPath('oauth-protected-resource', host.urls.basePath) + own
}

const LONGEST_PATH = 1024
