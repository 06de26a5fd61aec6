import type { Route } from '../../../plugin.ts'
import { metadataPath, serverMetadata } from '../protocol/metadata.ts'
import { issuerOf, type Provider } from '../provider.ts'
import { answerJson } from './json-answer.ts'
import { refuseProgram } from './refuse.ts'

/** `GET /.well-known/oauth-authorization-server` (RFC 8414 §3.1), for clients that know nothing but the server's address. */
export function metadataRoute({ host, config }: Provider): Route {
  return {
    method: 'GET',
    path: metadataPath(host.urls.basePath),
    allow: { who: 'anyone' },
    crossSite: 'accepted',
    refuse: refuseProgram,
    handle: (c) => answerJson(c, serverMetadata(issuerOf(host, c), config.enable_device_flow)),
  }
}
