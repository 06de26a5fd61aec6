import { readAnswer } from '../client/answers.ts'
import { browserCommand } from '../client/browser.ts'
import { createConnection } from '../client/connection.ts'
import { awaitToken, startLogin, type DevicePrompt, type IssuedToken } from '../client/device-login.ts'
import { findEndpoints } from '../client/endpoints.ts'
import { failure, type ClientFailure } from '../client/failure.ts'
import { loginScope, type LoginScope } from '../client/login-scope.ts'
import { drawQrCode, type Screen } from '../client/qr-code.ts'
import { parseServerUrl, type ServerUrl } from '../client/server-url.ts'
import { visible } from '../http/visible-text.ts'
import { isObject } from '../http/exact-json.ts'
import { fail, ok, type Result } from '../result.ts'
import { formatIso, formatUtc } from '../ui/time.tsx'
import type { ClientCommand, ClientDeps } from './client-command.ts'
import { parseWords } from './parse-words.ts'

const OPTIONS = {
  read: { type: 'string', multiple: true },
  write: { type: 'string', multiple: true },
  scope: { type: 'string' },
  'full-access': { type: 'boolean' },
  'no-browser': { type: 'boolean' },
  'insecure-http': { type: 'boolean' },
  json: { type: 'boolean' },
} as const

/** `tapedeck login`: asks a server for a token with the device flow (RFC 8628), and keeps it. */
export const loginCommand: ClientCommand = {
  help: `Usage: tapedeck login URL [options]

Signs this computer in to a Tapedeck, or to a Datasette with datasette-oauth. You approve in a browser what
it may do there. Without an option it may read everything that you may read.

  --read DB[/TABLE]     read a database, or one table of it (repeatable)
  --write DB[/TABLE]    add, change and delete rows, and change and delete tables, there (repeatable)
  --scope TEXT          ask for exactly this scope, in either form of docs/oauth.md
  --full-access         ask for everything that you can do
  --no-browser          do not open a browser
  --insecure-http       also use http:// beyond this computer, where others can read the token
  --json                facts for programs, a JSON object a line
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, OPTIONS)
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    const [address, ...more] = positionals
    if (address === undefined || more.length > 0)
      return fail(failure('usage', 'login needs the address of one server'))
    const server = parseServerUrl(address)
    if (!server.ok) return fail(failure('usage', server.error))
    const scope = loginScope({
      read: values.read ?? [],
      write: values.write ?? [],
      scope: values.scope ?? null,
      fullAccess: values['full-access'] ?? false,
    })
    if (!scope.ok) return fail(failure('usage', scope.error))
    if (!server.value.isPrivate && values['insecure-http'] !== true) {
      return fail(
        failure(
          'usage',
          'Over http:// everybody on the way can read the token. Use https://, or add --insecure-http',
        ),
      )
    }
    const isForPrograms = values.json ?? false
    const mayOpen = values['no-browser'] !== true && !isForPrograms
    return logIn(server.value, scope.value, { isForPrograms, mayOpen }, deps)
  },
}

/** What shells give for a program that Ctrl-C ended. */
const INTERRUPTED = 130

type Manner = { readonly isForPrograms: boolean; readonly mayOpen: boolean }

async function logIn(
  server: ServerUrl,
  scope: LoginScope,
  { isForPrograms, mayOpen }: Manner,
  deps: ClientDeps,
): Promise<Result<null, ClientFailure>> {
  const kept = deps.credentials.prepare()
  if (!kept.ok) return kept
  const endpoints = await findEndpoints(server, deps.fetch, deps.userAgent)
  if (!endpoints.ok) return endpoints
  const started = await startLogin(server, endpoints.value, scope.scope)
  if (!started.ok) return started

  const { prompt } = started.value
  const address = prompt.completeUri ?? prompt.verificationUri
  const { env, isTerminal } = deps.screen
  const place = { env, platform: deps.platform, isTty: isTerminal }
  const browser = mayOpen ? browserCommand(address, place) : null
  const listening = deps.onInterrupt(() => {
    deps.complain(`\nStopped. You are not signed in. Do not approve ${prompt.userCode} any more.\n`)
    deps.exit(INTERRUPTED)
  })
  deps.write(
    isForPrograms
      ? promptForPrograms(server, prompt)
      : promptForPeople(prompt, scope, browser !== null, deps.screen),
  )
  if (browser !== null) deps.start(browser)

  const issued = await awaitToken(server, endpoints.value, started.value, deps.waiting)
  listening()
  if (!issued.ok) return issued
  const { token, expiresInSeconds } = issued.value
  const expiresAt = expiresInSeconds === null ? null : deps.now() + expiresInSeconds
  const saved = deps.credentials.save({ server: server.href, token, expiresAt, savedAt: deps.now() })
  if (!saved.ok) return saved

  const actor = await whoIs(server, token, deps)
  deps.write(
    isForPrograms
      ? outcomeForPrograms(server, issued.value, expiresAt, actor, deps)
      : outcomeForPeople(server, expiresAt, actor, deps),
  )
  return ok(null)
}

function promptForPeople(prompt: DevicePrompt, scope: LoginScope, opens: boolean, screen: Screen): string {
  const qrCode = drawQrCode(prompt.completeUri ?? prompt.verificationUri, screen)
  const minutes = Math.round(prompt.expiresInSeconds / 60)
  return [
    ...(scope.isDefault
      ? ['Asking to read everything that you can read. See tapedeck login --help for less or more.', '']
      : []),
    opens
      ? 'Your browser opens this address. If it does not, open it yourself:'
      : 'Open this address in a browser:',
    '',
    `    ${prompt.verificationUri}`,
    '',
    'and check that it shows this code, or enter it there:',
    '',
    `    ${prompt.userCode}`,
    '',
    ...(qrCode === null ? [] : [qrCode, '']),
    `Waiting for you to approve it (${minutes} minutes; Ctrl-C stops).`,
    '',
  ].join('\n')
}

function promptForPrograms(server: ServerUrl, prompt: DevicePrompt): string {
  const facts = {
    status: 'waiting',
    server: server.href,
    user_code: prompt.userCode,
    verification_uri: prompt.verificationUri,
    verification_uri_complete: prompt.completeUri,
    expires_in: prompt.expiresInSeconds,
  }
  return `${JSON.stringify(facts)}\n`
}

function outcomeForPeople(
  server: ServerUrl,
  expiresAt: number | null,
  actor: string | null,
  { credentials }: ClientDeps,
): string {
  const who = actor === null ? '' : ` as ${actor}`
  const until = expiresAt === null ? 'until you sign out' : `until ${formatUtc(expiresAt)}`
  return (
    `Signed in to ${server.href}${who}, ${until}.\n` +
    `The token is kept in ${credentials.fileOf(server.href)}, which only you can read.\n`
  )
}

function outcomeForPrograms(
  server: ServerUrl,
  { scope }: IssuedToken,
  expiresAt: number | null,
  actor: string | null,
  { credentials }: ClientDeps,
): string {
  const facts = {
    status: 'signed_in',
    server: server.href,
    actor_id: actor,
    expires_at: expiresAt === null ? null : formatIso(expiresAt),
    scope,
    kept_in: credentials.fileOf(server.href),
  }
  return `${JSON.stringify(facts)}\n`
}

/** The id of the person behind the token, safe to show; null where the server does not say. */
async function whoIs(
  server: ServerUrl,
  token: string,
  { fetch, userAgent }: ClientDeps,
): Promise<string | null> {
  const sent = await createConnection({ server, token, fetch, userAgent }).send('/-/actor.json')
  const answer = sent.ok ? readAnswer(server, sent.value) : sent
  const actor = answer.ok ? answer.value['actor'] : undefined
  const id = isObject(actor) ? actor['id'] : null
  return typeof id === 'string' || typeof id === 'bigint' ? visible(String(id)) : null
}
