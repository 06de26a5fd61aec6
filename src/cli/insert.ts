import { explainAnswer } from '../client/answers.ts'
import type { Connection } from '../client/connection.ts'
import { failure, type ClientFailure } from '../client/failure.ts'
import { fileProblem } from '../client/file-problem.ts'
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
    return fail(failure('file', `${name} cannot be read: ${fileProblem(error.code)}. Nothing was sent.`))
  }
}

async function insertAll(
  connection: Connection,
  path: string,
  rows: readonly ExactObject[],
  deps: ClientDeps,
): Promise<Result<null, ClientFailure>> {
  let isInterrupted = false
  const listening = deps.onInterrupt(() => {
    isInterrupted = true
  })
  try {
    for (let done = 0; done < rows.length; done += BATCH_ROWS) {
      if (isInterrupted) return fail(stopped(failure('interrupted', 'Stopped.'), done, 0))
      const batch = rows.slice(done, done + BATCH_ROWS)
      const sent = await connection.send(path, { method: 'POST', json: writeExactJson({ rows: batch }, 0) })
      if (!sent.ok) return fail(stopped(sent.error, done, batch.length))
      const { status } = sent.value
      if (status < 200 || status >= 300) {
        return fail(stopped(explainAnswer(connection.server, sent.value), done, batch.length))
      }
      if (deps.complainsToTerminal) deps.complain(`\r${done + batch.length} of ${rows.length} rows`)
    }
    if (deps.complainsToTerminal && rows.length > 0) deps.complain('\n')
    return ok(null)
  } finally {
    listening()
  }
}

/** What is in after a batch that was refused, was never sent, or whose fate is not known, and how to go on. */
function stopped(cause: ClientFailure, done: number, batchRows: number): ClientFailure {
  const isUnknown = cause.code === 'connection_lost'
  const range = `rows ${done + 1} to ${done + batchRows}`
  const facts = [
    done === 0 ? (isUnknown ? null : 'No row was added.') : `Rows 1 to ${done} are in.`,
    isUnknown ? `Whether ${range} are in is not known.` : null,
    !isUnknown && batchRows > 1 && cause.code === 'refused'
      ? `The fault is in one of ${range}, none of which is in.`
      : null,
    done === 0 ? null : `To go on, send the file without its first ${done} rows.`,
  ]
  return failure(cause.code, [cause.message, ...facts.filter((fact) => fact !== null)].join(' '))
}
