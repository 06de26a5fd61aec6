import { findEndpoints } from '../client/endpoints.ts'
import { failure } from '../client/failure.ts'
import { revokeToken, type Revocation } from '../client/revoke.ts'
import { fail, ok } from '../result.ts'
import { formatUtc } from '../ui/time.tsx'
import { chooseServer } from './choose-server.ts'
import type { ClientCommand } from './client-command.ts'
import { parseWords } from './parse-words.ts'

/** `tapedeck logout`: ends the token at the server, where the server can, and forgets it here. */
export const logoutCommand: ClientCommand = {
  help: `Usage: tapedeck logout [URL] [options]

Ends the token at the server, where the server can do that, and deletes it from this computer. Without URL
it is the server that was logged in to last.

  --json                facts for programs
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, { json: { type: 'boolean' } })
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    if (positionals.length > 1) return fail(failure('usage', 'logout takes the address of one server'))

    // A token from the environment is not ours to end: it is kept elsewhere.
    const env = { ...deps.env, TAPEDECK_TOKEN: undefined }
    const chosen = chooseServer(positionals[0], { ...deps, env })
    if (!chosen.ok) return chosen
    const { server } = chosen.value
    const kept = deps.credentials.find(server.href)
    if (!kept.ok) {
      // What cannot be read cannot be ended, but it can be forgotten.
      deps.credentials.forget(server.href)
      return fail(failure('file', `${kept.error.message} It was deleted, and its token was not ended.`))
    }
    if (kept.value === null) {
      return fail(failure('not_signed_in', `You are not signed in to ${server.href}. Nothing was changed.`))
    }

    const { token, expiresAt } = kept.value
    const endpoints = await findEndpoints(server, deps.fetch, deps.userAgent)
    const revocation: Revocation = endpoints.ok ? await revokeToken(endpoints.value, token) : 'failed'
    const forgotten = deps.credentials.forget(server.href)
    if (!forgotten.ok) return forgotten
    deps.write(
      values.json === true
        ? `${JSON.stringify({ status: 'signed_out', server: server.href, token: revocation.replace('-', '_') })}\n`
        : `Signed out of ${server.href} on this computer. ${fate(revocation, expiresAt)}\n`,
    )
    return ok(null)
  },
}

function fate(revocation: Revocation, expiresAt: number | null): string {
  if (revocation === 'revoked') return 'The token no longer works.'
  const end =
    expiresAt === null ? 'It does not end by itself.' : `It ends by itself: ${formatUtc(expiresAt)}.`
  return revocation === 'not-supported'
    ? `The server cannot end single tokens, so a copy of this one would still work. ${end}`
    : `The server could not be asked to end the token, so a copy of it would still work. ${end}`
}
