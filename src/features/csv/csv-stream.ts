import { setImmediate } from 'node:timers/promises'
import type { QueryFailure } from '../../database/database.ts'
import type { Result } from '../../result.ts'
import { queryRefusal } from '../query-refusal.ts'

/** Rows that are written next, and the way to those after them. */
export type CsvPage = {
  readonly lines: Iterable<string>
  /** Reads the next page; null on the last. */
  readonly next: (() => Promise<Result<CsvPage, QueryFailure>>) | null
}

/** Characters that are gathered before they are sent. */
const CHUNK_CHARACTERS = 64 * 1024

/**
 * The body of a CSV answer. Nothing is written, and no page after the first is read, before the client has taken what
 * came before: however long the table and however slow the client, there is never more than a page of it here. A client
 * that goes away is the end of it; `stop` is called then, for the query that may be running.
 *
 * The status has been sent by then. When a later page cannot be read, or when the answer would grow beyond `maxBytes` (0 for
 * no limit), the words for it are the last of the answer (host.md §9.11).
 */
export function csvStream(first: CsvPage, maxBytes: number, stop: () => void): ReadableStream<Uint8Array> {
  const chunks = csvChunks(first, maxBytes === 0 ? Infinity : maxBytes)
  const utf8 = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        // A client that takes everything at once would keep all others waiting for as long as a page lasts.
        await setImmediate()
        const { value, done } = await chunks.next()
        if (done === true) return controller.close()
        controller.enqueue(utf8.encode(value))
      },
      cancel: async () => {
        stop()
        await chunks.return()
      },
    },
    { highWaterMark: 0 },
  )
}

async function* csvChunks(first: CsvPage, maxBytes: number): AsyncGenerator<string, void> {
  let bytes = 0
  let page = first
  for (;;) {
    let text = ''
    for (const line of page.lines) {
      bytes += Buffer.byteLength(line)
      if (bytes > maxBytes) return yield `${text}CSV contains more than ${maxBytes} bytes`
      text += line
      if (text.length < CHUNK_CHARACTERS) continue
      yield text
      text = ''
    }
    if (text !== '') yield text
    if (page.next === null) return
    const next = await page.next()
    if (!next.ok) return yield queryRefusal(next.error).message
    page = next.value
  }
}
