import type { Route } from '../../../plugin.ts'
import { metadataPath, serverMetadata } from '../protocol/metadata.ts'
import { issuerOf, type Provider } from '../provider.ts'
import { endpointsOf } from './client-addresses.ts'
import { answerJson } from './json-answer.ts'
import { DEVICE_PATH } from './paths.ts'
import { refuseProgram } from './refuse.ts'

/** `GET /.well-known/oauth-authorization-server` (RFC 8414 §3.1), for clients that know nothing but the server's address. */
export function metadataRoute({ host, config }: Provider): Route {
  return {
    method: 'GET',
    path: metadataPath(host.urls.basePath),
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
    handle: (c) => {
      const device = config.enable_device_flow ? host.urls.absolute(c.req.raw, DEVICE_PATH) : null
      return answerJson(c, serverMetadata(issuerOf(host, c), { ...endpointsOf(host, c), device }))
    },
  }
}
