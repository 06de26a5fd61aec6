import { buffer } from 'node:stream/consumers'
import { explainAnswer } from '../client/answers.ts'
import { sendBulk, takesBulk, type BulkRows } from '../client/bulk-insert.ts'
import type { Connection } from '../client/connection.ts'
import { failure, type ClientFailure } from '../client/failure.ts'
import { fileProblem } from '../client/file-problem.ts'
import { formatOfName, parseRows, ROW_FORMATS, type RowFormat } from '../client/rows-file.ts'
import { visible } from '../http/visible-text.ts'
import { writeExactJson, type ExactObject } from '../http/exact-json.ts'
import { tildeEncode } from '../http/tilde.ts'
import { fail, ok, type Result } from '../result.ts'
import { chooseServer, connectTo } from './choose-server.ts'
import type { ClientCommand, ClientDeps, OpenedFile } from './client-command.ts'
import { parseWords } from './parse-words.ts'

/** Rows of one request: what servers take unless their owner says otherwise (`max_insert_rows`). */
const BATCH_ROWS = 100

/** `tapedeck insert`: adds the rows of a file to a table. */
export const insertCommand: ClientCommand = {
  help: `Usage: tapedeck insert DB TABLE FILE [options]

Adds the rows of FILE, or of standard input for -, to a table of the server: all of them or none. A server
that takes only a few rows at a time, as a Datasette does, gets batches of 100, each of which goes in whole
or not at all.

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
    const opened = await open(file, deps)
    if (!opened.ok) return opened

    const path = `/${tildeEncode(database)}/${tildeEncode(table)}/-/insert`
    const connection = connectTo(chosen.value, deps)
    const inserted = await insert(connection, path, { ...opened.value, format }, deps)
    if (!inserted.ok) return inserted
    const count = inserted.value
    deps.write(
      values.json === true
        ? `${JSON.stringify({ status: 'inserted', rows: count })}\n`
        : `Added ${count} ${count === 1 ? 'row' : 'rows'} to ${visible(`${database}/${table}`)}.\n`,
    )
    return ok(null)
  },
}

/** A file of rows. */
type Source = OpenedFile & { readonly name: string; readonly format: RowFormat }

async function open(
  file: string,
  { openFile }: ClientDeps,
): Promise<Result<Omit<Source, 'format'>, ClientFailure>> {
  const name = file === '-' ? 'Standard input' : file
  try {
    return ok({ name, ...(await openFile(file)) })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    return fail(failure('file', `${name} cannot be read: ${fileProblem(error.code)}. Nothing was sent.`))
  }
}

/** Sends everything at once where the server takes that, and in batches elsewhere. Tells how many rows there were. */
async function insert(
  connection: Connection,
  path: string,
  source: Source,
  deps: ClientDeps,
): Promise<Result<number, ClientFailure>> {
  const { chunks, format } = source
  if (format === 'json') {
    const rows = await readRows(source)
    if (!rows.ok) return rows
    const bulk = await takesBulk(connection, path)
    if (!bulk.ok) return bulk
    if (!bulk.value) return insertInBatches(connection, path, rows.value, deps)
    const lines = () => linesOf(rows.value)
    return insertAtOnce(connection, path, { contentType: 'application/x-ndjson', chunks: lines }, null, deps)
  }
  const bulk = await takesBulk(connection, path)
  if (!bulk.ok) return bulk
  if (bulk.value) {
    const contentType = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
    return insertAtOnce(connection, path, { contentType, chunks }, source.bytes, deps)
  }
  const rows = await readRows(source)
  return rows.ok ? insertInBatches(connection, path, rows.value, deps) : rows
}

async function readRows({
  chunks,
  format,
  name,
}: Source): Promise<Result<readonly ExactObject[], ClientFailure>> {
  const rows = parseRows(await buffer(chunks()), format)
  return rows.ok ? rows : fail(failure('file', `${name}: ${visible(rows.error)}. Nothing was sent.`))
}

/** Rows of JSON as lines, some at a time. */
async function* linesOf(rows: readonly ExactObject[]): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < rows.length; at += BATCH_ROWS) {
    const lines = rows.slice(at, at + BATCH_ROWS).map((row) => `${writeExactJson(row, 0)}\n`)
    yield Buffer.from(lines.join(''))
  }
}

async function insertAtOnce(
  connection: Connection,
  path: string,
  rows: BulkRows,
  totalBytes: number | null,
  deps: ClientDeps,
): Promise<Result<number, ClientFailure>> {
  const stop = new AbortController()
  const listening = deps.onInterrupt(() => stop.abort())
  const tell = (text: string) => (deps.complainsToTerminal ? deps.complain(text) : undefined)
  const of = totalBytes === null ? '' : ` of ${inMegabytes(totalBytes)}`
  try {
    return await sendBulk(connection, path, rows, {
      key: deps.newKey(),
      sleep: deps.waiting.sleep,
      onProgress: (sentBytes) =>
        tell(sentBytes === null ? `\r${CLEAR_LINE}Writing…` : `\r${inMegabytes(sentBytes)}${of} sent`),
      signal: stop.signal,
    })
  } finally {
    tell(`\r${CLEAR_LINE}`)
    listening()
  }
}

/** Clears what stands to the right on a terminal. */
const CLEAR_LINE = '\u001B[K'

const inMegabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

async function insertInBatches(
  connection: Connection,
  path: string,
  rows: readonly ExactObject[],
  deps: ClientDeps,
): Promise<Result<number, ClientFailure>> {
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
    return ok(rows.length)
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
  return { ...cause, message: [cause.message, ...facts.filter((fact) => fact !== null)].join(' ') }
}
