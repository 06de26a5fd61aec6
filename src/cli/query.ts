import { readAnswer } from '../client/answers.ts'
import { failure } from '../client/failure.ts'
import { formatRows, type OutputFormat } from '../client/format-rows.ts'
import { isList, isObject } from '../http/exact-json.ts'
import { tildeEncode } from '../http/tilde.ts'
import { fail, ok } from '../result.ts'
import { chooseServer, connectTo } from './choose-server.ts'
import type { ClientCommand } from './client-command.ts'
import { parseWords } from './parse-words.ts'

const FORMATS = ['csv', 'json', 'table'] as const

/** `tapedeck query`: runs SQL that reads. */
export const queryCommand: ClientCommand = {
  help: `Usage: tapedeck query DB SQL [options]

Runs SQL that reads, in the database DB of the server, and prints the rows.

  --table               as a table; this is how it is in a terminal
  --json                as JSON, and failures too; in a pipe rows are JSON anyway
  --csv                 as CSV with a line of names
  --server URL          the server; without it TAPEDECK_SERVER, or the one logged in to last
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, {
      csv: { type: 'boolean' },
      json: { type: 'boolean' },
      table: { type: 'boolean' },
      server: { type: 'string' },
    })
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    const [database, sql, ...more] = positionals
    if (database === undefined || sql === undefined || more.length > 0) {
      return fail(failure('usage', 'query needs a database and one SQL statement; quote the statement'))
    }
    const asked = FORMATS.filter((name) => values[name] === true)
    if (asked.length > 1) return fail(failure('usage', 'Choose one of --csv, --json and --table'))
    const format: OutputFormat = asked[0] ?? (deps.screen.isTerminal ? 'table' : 'json')
    const chosen = chooseServer(values.server, deps)
    if (!chosen.ok) return chosen

    const { server } = chosen.value
    const parameters = new URLSearchParams({ sql, _shape: 'objects' })
    const path = `/${tildeEncode(database)}/-/query.json?${parameters.toString()}`
    const sent = await connectTo(chosen.value, deps).send(path)
    if (!sent.ok) return sent
    const answer = readAnswer(server, sent.value)
    if (!answer.ok) return answer
    const { rows, truncated } = answer.value
    if (!isList(rows) || !rows.every(isObject)) {
      return fail(failure('unexpected_answer', `${server.href} did not answer with rows.`))
    }
    deps.write(formatRows(rows.filter(isObject), format))
    if (truncated === true) {
      deps.complain(
        `These are the first ${rows.length} rows; the server gives no more at a time. Add LIMIT and OFFSET, or a WHERE.\n`,
      )
    }
    return ok(null)
  },
}
