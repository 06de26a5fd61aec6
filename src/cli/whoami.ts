import { readAnswer } from '../client/answers.ts'
import { failure } from '../client/failure.ts'
import { visible } from '../http/visible-text.ts'
import { isList, isObject, writeExactJson, type ExactJson, type ExactObject } from '../http/exact-json.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { fail, ok } from '../result.ts'
import { formatUtc } from '../ui/time.tsx'
import { chooseServer, connectTo } from './choose-server.ts'
import type { ClientCommand } from './client-command.ts'
import { parseWords } from './parse-words.ts'

/** `tapedeck whoami`: whom the server sees, until when, and what the token may do at most. */
export const whoamiCommand: ClientCommand = {
  help: `Usage: tapedeck whoami [options]

Asks the server who you are there, until when, and what your token may do at most.

  --server URL          the server; without it TAPEDECK_SERVER, or the one logged in to last
  --json                the server's answer for programs
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, { server: { type: 'string' }, json: { type: 'boolean' } })
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    if (positionals.length > 0) return fail(failure('usage', 'whoami takes no names'))
    const chosen = chooseServer(values.server, deps)
    if (!chosen.ok) return chosen

    const { server } = chosen.value
    const sent = await connectTo(chosen.value, deps).send('/-/actor.json')
    if (!sent.ok) return sent
    const answer = readAnswer(server, sent.value)
    if (!answer.ok) return answer
    const actor = answer.value['actor'] ?? null
    if (!isObject(actor)) {
      return fail(
        failure(
          'not_signed_in',
          `You are not signed in to ${server.href}.`,
          `Sign in: tapedeck login ${server.href}`,
        ),
      )
    }
    deps.write(
      values.json === true
        ? `${writeExactJson({ server: server.href, actor }, 0)}\n`
        : `${describe(server.href, actor).join('\n')}\n`,
    )
    return ok(null)
  },
}

function describe(server: string, actor: ExactObject): readonly string[] {
  const { token_expires: expires } = actor
  const seconds = Number(expires)
  return [
    `${label(actor)} at ${server}`,
    ...(Number.isSafeInteger(seconds) && seconds > 0 ? [`until ${formatUtc(seconds)}`] : []),
    ...('_r' in actor
      ? ['At most:', ...restrictionLines(actor['_r']).map((line) => `  ${line}`)]
      : ['with all that you can do there']),
  ]
}

function label(actor: ExactObject): string {
  const named = ['id', 'name', 'username', 'login'].map((key) => actor[key]).find(isName)
  return named === undefined ? 'Somebody without a name' : visible(String(named))
}

const isName = (value: ExactJson | undefined): value is string | bigint =>
  (typeof value === 'string' && value !== '') || typeof value === 'bigint'

/** `_r` as lines: what, then where (host.md §2.3). */
function restrictionLines(restrictions: ExactJson | undefined): readonly string[] {
  if (!isObject(restrictions)) return ['nothing']
  const { a: everywhere, d: databases, r: resources } = restrictions
  return [
    ...linesFor(everywhere, 'everywhere'),
    ...members(databases).flatMap(([database, actions]) => linesFor(actions, `in ${visible(database)}`)),
    ...members(resources).flatMap(([database, tables]) =>
      members(tables).flatMap(([table, actions]) =>
        linesFor(actions, `on ${visible(database)}/${visible(table)}`),
      ),
    ),
  ]
}

const members = (value: ExactJson | undefined) => (isObject(value) ? Object.entries(value) : [])

function linesFor(actions: ExactJson | undefined, where: string): readonly string[] {
  const names = isList(actions) ? actions.filter((name) => typeof name === 'string') : []
  return names.length === 0 ? [] : [`${names.map(fullName).join(', ')} ${where}`]
}

/** Tokens carry abbreviations. */
function fullName(name: string): string {
  return CORE_ACTIONS.find((action) => action.abbr === name)?.name ?? visible(name)
}
