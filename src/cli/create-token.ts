import { createSigner } from '../auth/signing.ts'
import { signToken } from '../auth/token-format.ts'
import type { Clock } from '../clock.ts'
import { formatConfigFault } from '../config/config-error.ts'
import { loadConfig } from '../config/load.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { formatRestrictions, type RestrictionEntry } from '../permissions/restrictions.ts'
import { fail, ok, type Result } from '../result.ts'
import { parseCreateTokenArgs, type CreateTokenRequest, type TokenLimit } from './create-token-args.ts'
import { prepareServer, type PrepareDeps } from './prepare.ts'
import { namesServer, parseServerWords, type ServeOptions } from './serve-options.ts'

export const CREATE_TOKEN_HELP = `Usage: tapedeck create-token ID [-a ACTION] [-d DB ACTION] [-r DB TABLE ACTION] [-e SECONDS] [options]

Prints an API token that acts for the actor with this id. It is signed with --secret (or DATASETTE_SECRET), or with
the secret that is kept for the server of these files. Without -a, -d and -r it may do whatever that actor may.

  -a, --all ACTION                  may do this everywhere (repeatable, as the next two)
  -d, --database DB ACTION          may do this in one database
  -r, --resource DB TABLE ACTION    may do this on one table, view or query
  -e, --expires-after SECONDS       ends after this time; without it, never
  --debug                           also print what the token says
  FILE ..., --internal FILE         whose secret signs it, as for serve
  --secret TEXT                     the secret itself`

/** What the command needs from outside. */
export type CreateTokenDeps = PrepareDeps & {
  readonly clock: Clock
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void
}

/** `tapedeck create-token` (host.md §7.2). Returns the exit code: 1 when there is no such server, 2 for words that make no sense. */
export function createToken(argv: readonly string[], deps: CreateTokenDeps): 0 | 1 | 2 {
  if (argv.includes('--help')) {
    deps.print(CREATE_TOKEN_HELP)
    return 0
  }
  const misuse = (fault: string): 2 => {
    deps.complain(`Error: ${fault}`)
    deps.complain(CREATE_TOKEN_HELP.split('\n')[0] ?? '')
    return 2
  }
  const request = parseCreateTokenArgs(argv)
  if (!request.ok) return misuse(request.error)
  const server = parseServerWords(request.value.serveWords, deps.env)
  if (!server.ok) return misuse(server.error)
  const options = server.value
  if (options.secret === null && !namesServer(options)) {
    return misuse('say whose secret signs it: --secret TEXT, or the files of the server')
  }

  const signing = findSigning(options, deps)
  if (!signing.ok) {
    for (const fault of signing.error) deps.complain(`Error: ${fault}`)
    return 1
  }
  print(request.value, signing.value, deps)
  return 0
}

/** What is needed to make a token for a server. */
type Signing = {
  readonly secret: string
  /** Every action by name and by abbreviation. */
  readonly actions: ReadonlyMap<string, RestrictionEntry['action']>
  /** 0 for none. */
  readonly maxTtlSeconds: number
}

function findSigning(options: ServeOptions, deps: CreateTokenDeps): Result<Signing, readonly string[]> {
  const found = options.secret === null ? fromState(options, deps) : fromWords(options, options.secret, deps)
  if (!found.ok) return found
  const { secret, plugins, settings } = found.value
  if (!settings.allow_signed_tokens) {
    return fail(['this server takes no API tokens: its setting allow_signed_tokens is off'])
  }
  const actions = [...CORE_ACTIONS, ...plugins.flatMap((plugin) => plugin.actions)]
  return ok({
    secret,
    actions: new Map(
      actions.flatMap((action) => [action.name, action.abbr ?? action.name].map((name) => [name, action])),
    ),
    maxTtlSeconds: settings.max_signed_tokens_ttl,
  })
}

function fromState(options: ServeOptions, deps: CreateTokenDeps) {
  const prepared = prepareServer(options, deps)
  return prepared.ok ? ok({ ...prepared.value, secret: prepared.value.state.secret }) : prepared
}

/** A secret that was given needs no state, and makes none. */
function fromWords(options: ServeOptions, secret: string, deps: CreateTokenDeps) {
  const loaded = loadConfig({ ...options, plugins: deps.plugins, env: deps.env })
  return loaded.ok ? ok({ ...loaded.value, secret }) : fail(loaded.error.map(formatConfigFault))
}

function print(
  { id, expiresAfterSeconds, limits, debug }: CreateTokenRequest,
  { secret, actions, maxTtlSeconds }: Signing,
  deps: CreateTokenDeps,
): void {
  const toEntry = ({ action: name, database, resource }: TokenLimit): RestrictionEntry => {
    const known = actions.get(name)
    // It is stored as it is written, as Datasette does: another server may know it.
    if (known === undefined) deps.complain(`Unknown permission: ${name}`)
    const action = known ?? { name, abbr: null }
    if (database === null) return { action, database: null, resource: null }
    return { action, database, resource }
  }
  const restrictions = formatRestrictions(limits.map(toEntry))
  const payload = {
    a: id,
    t: deps.clock.now(),
    ...(expiresAfterSeconds !== null && { d: expiresAfterSeconds }),
    ...(restrictions !== null && { _r: restrictions }),
  }
  if (maxTtlSeconds > 0 && (expiresAfterSeconds === null || expiresAfterSeconds > maxTtlSeconds)) {
    deps.complain(
      `Warning: this server ends every API token after ${maxTtlSeconds} seconds (max_signed_tokens_ttl)`,
    )
  }
  deps.print(signToken(createSigner(secret), payload))
  if (debug) deps.print(`\nDecoded:\n\n${JSON.stringify(payload, null, 2)}`)
}
