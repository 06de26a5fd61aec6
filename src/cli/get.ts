import { explainAnswer } from '../client/answers.ts'
import { failure } from '../client/failure.ts'
import { visible } from '../http/visible-text.ts'
import { parseExactJson, writeExactJson } from '../http/exact-json.ts'
import { fail, ok } from '../result.ts'
import { chooseServer, connectTo } from './choose-server.ts'
import type { ClientCommand } from './client-command.ts'
import { parseWords } from './parse-words.ts'

/** `tapedeck get`: what stands at a path of the server. */
export const getCommand: ClientCommand = {
  help: `Usage: tapedeck get PATH [options]

Prints what the server has at PATH, such as /shop/orders.json?_size=5. In a terminal JSON is indented and
control characters are shown; in a pipe everything comes as it is.

  --server URL          the server; without it TAPEDECK_SERVER, or the one logged in to last
  --json                tell failures as JSON
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, { server: { type: 'string' }, json: { type: 'boolean' } })
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) return fail(failure('usage', 'get needs one path'))
    if (/^[a-z][a-z0-9+.-]*:/iu.test(path) || path.startsWith('//')) {
      return fail(
        failure(
          'usage',
          'PATH is a path on the server, such as /shop/orders.json; name the server with --server',
        ),
      )
    }
    const chosen = chooseServer(values.server, deps)
    if (!chosen.ok) return chosen

    const sent = await connectTo(chosen.value, deps).send(path.startsWith('/') ? path : `/${path}`)
    if (!sent.ok) return sent
    const { bytes, headers, status, text } = sent.value
    if (status < 200 || status >= 300) return fail(explainAnswer(chosen.value.server, sent.value))
    deps.write(deps.screen.isTerminal ? forTerminal(text, headers.get('content-type') ?? '') : bytes)
    return ok(null)
  },
}

function forTerminal(text: string, contentType: string): string {
  const parsed = /json/iu.test(contentType) ? parseExactJson(text) : null
  const shown = parsed?.ok === true ? writeExactJson(parsed.value, 2) : text
  return `${shown.replace(/\n$/u, '').split('\n').map(visible).join('\n')}\n`
}
