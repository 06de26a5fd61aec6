import { closeSync, openSync, readSync } from 'node:fs'
import type { WireValue } from './messages.ts'
import type { SqlValue } from './values.ts'
import { decodeValue, encodeValue } from './wire-values.ts'

/** Rows on their way from a client to a table, in a file, so that neither side ever holds all of them. */
export type FileRow = {
  /** The line of the client's text on which the row ends, from 1; for messages about it. */
  readonly line: number
  /** Which of the statements writes it, from 0. */
  readonly statement: number
  /** What that statement binds. */
  readonly values: readonly SqlValue[]
}

/** Writes a row as one line, with its end. */
export function formatFileRow({ line, statement, values }: FileRow): string {
  return `${JSON.stringify([line, statement, ...values.map(encodeValue)])}\n`
}

/** How much of a file is read at once, in bytes. */
const READ_BYTES = 256 * 1024

const NEWLINE = 0x0a

/** Reads the rows of a file one after the other. Blocks the thread; throws what the system says about the file. */
export function* readFileRows(path: string): Generator<FileRow> {
  const fd = openSync(path, 'r')
  try {
    const space = Buffer.allocUnsafe(READ_BYTES)
    let held: Buffer = Buffer.alloc(0)
    for (;;) {
      const count = readSync(fd, space, 0, READ_BYTES, null)
      if (count === 0) return
      const piece = space.subarray(0, count)
      let start = 0
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
        const rest = piece.subarray(start, end)
        yield parseFileRow((held.length === 0 ? rest : Buffer.concat([held, rest])).toString())
        held = Buffer.alloc(0)
        start = end + 1
      }
      held = Buffer.concat([held, piece.subarray(start)])
    }
  } finally {
    closeSync(fd)
  }
}

function parseFileRow(text: string): FileRow {
  const [line, statement, ...values]: [number, number, ...WireValue[]] = JSON.parse(text)
  return { line, statement, values: values.map(decodeValue) }
}
