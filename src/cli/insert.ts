import { explainAnswer } from '../client/answers.ts'
import type { Connection } from '../client/connection.ts'
import { failure, type ClientFailure } from '../client/failure.ts'
import { formatOfName, parseRows, ROW_FORMATS, type RowFormat } from '../client/rows-file.ts'
import { visible } from '../http/visible-text.ts'
import { writeExactJson, type ExactObject } from '../http/exact-json.ts'
import { tildeEncode } from '../http/tilde.ts'
import { fail, ok, type Result } from '../result.ts'
import { chooseServer, connectTo } from './choose-server.ts'
import type { ClientCommand, ClientDeps } from './client-command.ts'
import { parseWords } from './parse-words.ts'

/** Rows of one request: what servers take unless their owner says otherwise (`max_insert_rows`). */
const BATCH_ROWS = 100

/** `tapedeck insert`: adds the rows of a file to a table. */
export const insertCommand: ClientCommand = {
  help: `Usage: tapedeck insert DB TABLE FILE [options]

Adds the rows of FILE, or of standard input for -, to a table of the server. The whole file is read and
checked before anything is sent. Rows go in batches of 100: each goes in whole or not at all.

  --format FORMAT       json (an object or a list of them), nl (one object a line) or csv (a line of names
                        first); without it the ending of FILE says
  --server URL          the server; without it TAPEDECK_SERVER, or the one logged in to last
  --json                facts for programs
  --help                print this and stop`,
  run: async (argv, deps) => {
    const parsed = parseWords(argv, {
      format: { type: 'string' },
      server: { type: 'string' },
      json: { type: 'boolean' },
    })
    if (!parsed.ok) return fail(failure('usage', parsed.error))
    const { values, positionals } = parsed.value
    const [database, table, file, ...more] = positionals
    if (database === undefined || table === undefined || file === undefined || more.length > 0) {
      return fail(failure('usage', 'insert needs a database, a table and one file'))
    }
    const format =
      values.format === undefined ? formatOfName(file) : ROW_FORMATS.find((name) => name === values.format)
    if (format === null || format === undefined) {
      return fail(
        failure('usage', 'Say how the rows are written: --format json, --format nl or --format csv'),
      )
    }
    const chosen = chooseServer(values.server, deps)
    if (!chosen.ok) return chosen
    const rows = await readRows(file, format, deps)
    if (!rows.ok) return rows

    const path = `/${tildeEncode(database)}/${tildeEncode(table)}/-/insert`
    const inserted = await insertAll(connectTo(chosen.value, deps), path, rows.value, deps)
    if (!inserted.ok) return inserted
    const count = rows.value.length
    deps.write(
      values.json === true
        ? `${JSON.stringify({ status: 'inserted', rows: count })}\n`
        : `Added ${count} ${count === 1 ? 'row' : 'rows'} to ${visible(`${database}/${table}`)}.\n`,
    )
    return ok(null)
  },
}

async function readRows(
  file: string,
  format: RowFormat,
  { readFile }: ClientDeps,
): Promise<Result<readonly ExactObject[], ClientFailure>> {
  const name = file === '-' ? 'Standard input' : file
  try {
    const rows = parseRows(await readFile(file), format)
    return rows.ok ? rows : fail(failure('file', `${name}: ${visible(rows.error)}. Nothing was sent.`))
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    return fail(failure('file', `${name} cannot be read (${String(error.code)}). Nothing was sent.`))
  }
}

async function insertAll(
  connection: Connection,
  path: string,
  rows: readonly ExactObject[],
  deps: ClientDeps,
): Promise<Result<null, ClientFailure>> {
  for (let done = 0; done < rows.length; done += BATCH_ROWS) {
    const batch = rows.slice(done, done + BATCH_ROWS)
    const sent = await connection.send(path, { method: 'POST', json: writeExactJson({ rows: batch }, 0) })
    if (!sent.ok) return fail(stopped(sent.error, done, batch.length, false))
    const { status } = sent.value
    if (status < 200 || status >= 300) {
      return fail(stopped(explainAnswer(connection.server, sent.value), done, batch.length, true))
    }
    if (deps.complainsToTerminal) deps.complain(`\r${done + batch.length} of ${rows.length} rows`)
  }
  if (deps.complainsToTerminal && rows.length > 0) deps.complain('\n')
  return ok(null)
}

/** What is in after a batch that was refused, or whose fate is not known. */
function stopped(cause: ClientFailure, done: number, batchRows: number, isRefused: boolean): ClientFailure {
  const before = done === 0 ? 'No row was added' : `Rows 1 to ${done} are in`
  const after = isRefused
    ? `row ${done + 1} and those after it are not`
    : `whether rows ${done + 1} to ${done + batchRows} are is not known, and those after them are not`
  return failure(cause.code, `${cause.message} ${before}${done === 0 && isRefused ? '.' : `; ${after}.`}`)
}
