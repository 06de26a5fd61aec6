import * as oauth from 'oauth4webapi'
import { COMMAND_LINE_CLIENT, type Endpoints } from './endpoints.ts'

/** What became of a token at its server. */
export type Revocation = 'revoked' | 'not-supported' | 'failed'

/** Ends a token at its server (RFC 7009), where the server can. */
export async function revokeToken({ server, transport }: Endpoints, token: string): Promise<Revocation> {
  if (server.revocation_endpoint === undefined) return 'not-supported'
  try {
    const response = await oauth.revocationRequest(
      server,
      COMMAND_LINE_CLIENT,
      oauth.None(),
      token,
      transport,
    )
    await oauth.processRevocationResponse(response)
    return 'revoked'
  } catch {
    // The token is forgotten here in any case, and the person is told.
    return 'failed'
  }
}
