import { fail, ok, type Result } from '../result.ts'
import { explainAnswer, readAnswer } from './answers.ts'
import type { Answer, Connection } from './connection.ts'
import { failure, type ClientFailure } from './failure.ts'

/** Rows for one request, as text that can be read again. */
export type BulkRows = {
  readonly contentType: 'application/x-ndjson' | 'text/csv'
  readonly chunks: () => AsyncIterable<Uint8Array>
}

export type BulkDeps = {
  /** Names the request, so that it can be sent again: a text that nobody else uses. */
  readonly key: string
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** Told how many bytes have gone out, and null when the server has all of them and works. */
  readonly onProgress: (sentBytes: number | null) => void
  /** Ends it at Ctrl-C. */
  readonly signal: AbortSignal
}

/** How often a request is sent, and the longest pause before the next try, in seconds. */
const MAX_TRIES = 6
const MAX_PAUSE_SECONDS = 60

/** Asks with a body of no rows whether the server takes bulk bodies; a Datasette does not. The failure is one that rows would meet too. */
export async function takesBulk(
  connection: Connection,
  path: string,
): Promise<Result<boolean, ClientFailure>> {
  const upload = { contentType: 'application/x-ndjson', chunks: nothing() }
  const sent = await connection.send(path, { method: 'POST', upload })
  if (!sent.ok) return sent
  const { status } = sent.value
  if (status === 400 || status === 415) return ok(false)
  const answer = readAnswer(connection.server, sent.value)
  return answer.ok ? ok(Object.hasOwn(answer.value, 'rows_received')) : answer
}

/**
 * Sends rows in one request, all or none, and tells how many there were. It is sent again when the connection breaks or the server
 * has too much to do: the key keeps it from being written twice.
 */
export async function sendBulk(
  connection: Connection,
  path: string,
  rows: BulkRows,
  { key, onProgress, signal, sleep }: BulkDeps,
): Promise<Result<number, ClientFailure>> {
  const headers = { 'idempotency-key': `"${key}"` }
  /** Whether all of it went out and nobody said what became of it. */
  let isSent = false
  for (let tried = 1; ; tried += 1) {
    async function* watched(): AsyncGenerator<Uint8Array> {
      let sentBytes = 0
      for await (const chunk of rows.chunks()) {
        yield chunk
        sentBytes += chunk.byteLength
        onProgress(sentBytes)
      }
      isSent = true
      onProgress(null)
    }
    const upload = { contentType: rows.contentType, chunks: watched() }
    const sent = await connection.send(path, { method: 'POST', upload, headers, signal })
    if (signal.aborted) return fail(failure('interrupted', `Stopped. ${isSent ? UNKNOWN : NOTHING}`))
    if (sent.ok) isSent = false
    const pause = pauseBeforeNext(sent, tried)
    if (pause === null || tried === MAX_TRIES) {
      if (!sent.ok) return fail(withFate(sent.error, isSent ? UNKNOWN : NOTHING))
      return received(connection, sent.value)
    }
    await sleep(pause * 1000)
  }
}

const NOTHING = 'No row was added.'
const UNKNOWN = 'Whether the rows are in is not known: look at the table before you send them again.'

/** Seconds until the request is worth another try; null when it is not. */
function pauseBeforeNext(sent: Result<Answer, ClientFailure>, tried: number): number | null {
  const growing = 2 ** (tried - 1)
  if (!sent.ok)
    return sent.error.code === 'connection_lost' || sent.error.code === 'unreachable' ? growing : null
  const asked = sent.value.headers.get('retry-after')
  const isLater = sent.value.status === 503 || (sent.value.status === 409 && asked !== null)
  if (!isLater) return null
  const seconds = /^\d{1,4}$/u.test(asked ?? '') ? Number(asked) : 0
  return Math.min(Math.max(seconds, growing), MAX_PAUSE_SECONDS)
}

function received(connection: Connection, answer: Answer): Result<number, ClientFailure> {
  const isSuccess = answer.status >= 200 && answer.status < 300
  if (!isSuccess) {
    const explained = explainAnswer(connection.server, answer)
    return fail(answer.status >= 500 || answer.status === 409 ? explained : withFate(explained, NOTHING))
  }
  const read = readAnswer(connection.server, answer)
  if (!read.ok) return read
  const { rows_received: count } = read.value
  return typeof count === 'bigint'
    ? ok(Number(count))
    : fail(
        failure(
          'unexpected_answer',
          `${connection.server.href} did not say how many rows it took. ${UNKNOWN}`,
        ),
      )
}

const withFate = (cause: ClientFailure, fate: string): ClientFailure => ({
  ...cause,
  message: `${cause.message} ${fate}`,
})

async function* nothing(): AsyncGenerator<Uint8Array> {}
