import { createConnection, type Connection } from '../client/connection.ts'
import { failure, type ClientFailure } from '../client/failure.ts'
import { parseServerUrl, type ServerUrl } from '../client/server-url.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ClientDeps } from './client-command.ts'

/** A server and the token for it; null for nobody. */
export type ChosenServer = { readonly server: ServerUrl; readonly token: string | null }

/**
 * Which server a command is for: the one that was named, else `TAPEDECK_SERVER`, else the one that was logged in to last. A
 * token in `TAPEDECK_TOKEN` stands in for a kept one, and then the server must be named: it goes where somebody sent it.
 */
export function chooseServer(
  named: string | undefined,
  deps: ClientDeps,
): Result<ChosenServer, ClientFailure> {
  const address = named ?? (deps.env['TAPEDECK_SERVER'] || undefined)
  const given = deps.env['TAPEDECK_TOKEN'] || null
  if (address === undefined) {
    if (given !== null) {
      return fail(
        failure('usage', 'TAPEDECK_TOKEN is set, so say for which server: --server URL or TAPEDECK_SERVER'),
      )
    }
    const latest = deps.credentials.findLatest()
    if (!latest.ok) return latest
    if (latest.value === null) {
      return fail(
        failure('not_signed_in', 'You are not signed in to any server.', 'Sign in: tapedeck login URL'),
      )
    }
    const server = parseServerUrl(latest.value.server)
    return server.ok
      ? ok({ server: server.value, token: latest.value.token })
      : fail(failure('file', server.error))
  }

  const server = parseServerUrl(address)
  if (!server.ok) return fail(failure('usage', server.error))
  if (given !== null) return ok({ server: server.value, token: given })
  const kept = deps.credentials.find(server.value.href)
  return kept.ok ? ok({ server: server.value, token: kept.value?.token ?? null }) : kept
}

/** The connection to the chosen server. */
export function connectTo({ server, token }: ChosenServer, { fetch, userAgent }: ClientDeps): Connection {
  return createConnection({ server, token, fetch, userAgent })
}
