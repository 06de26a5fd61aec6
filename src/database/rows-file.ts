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
  const cells: FileCell[] = [line, statement]
  for (const value of values) cells.push(formatCell(value))
  return `${JSON.stringify(cells)}\n`
}

/** As `WireValue`, but shorter for what is frequent: a whole number is an integer, and `f` a float that is whole. */
type FileCell = WireValue | { readonly f: number }

function formatCell(value: SqlValue): FileCell {
  if (typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)))
    return Number(value)
  if (typeof value === 'number' && Number.isInteger(value)) return { f: value }
  return encodeValue(value)
}

function parseCell(cell: FileCell): SqlValue {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return Number.isInteger(cell) ? BigInt(cell) : cell
  return typeof cell === 'object' && cell !== null && 'f' in cell ? cell.f : decodeValue(cell)
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
  const [line = 0, statement = 0, ...cells]: FileCell[] = JSON.parse(text)
  return { line: Number(line), statement: Number(statement), values: cells.map(parseCell) }
}
