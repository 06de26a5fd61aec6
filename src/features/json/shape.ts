import { parseRows } from '../../database/cells.ts'
import type { QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { formatRowKey } from '../../http/tilde.ts'
import { keyText } from '../cells/cell-text.ts'
import { queryRefusal } from '../query-refusal.ts'
import { firstElement, splitJsonArray } from './json-array.ts'

/** How the rows of an answer are arranged (host.md §9.6). */
export type Shape = 'objects' | 'arrays' | 'array' | 'arrayfirst' | 'object'

const SHAPES: readonly Shape[] = ['objects', 'arrays', 'array', 'arrayfirst', 'object']

/** The shape that `?_shape=` asks for; a 400 for a shape that does not exist. */
export function requireShape(query: URLSearchParams): Shape {
  const asked = query.get('_shape') ?? 'objects'
  const shape = SHAPES.find((known) => known === asked)
  if (shape === undefined) throw new HttpError(400, `Invalid _shape: ${asked}`)
  return shape
}

/** How the rows of an answer are wanted. */
export type Arrangement = {
  readonly shape: Shape
  /** `?_nl=on`: one row per line, for the shape `array`. */
  readonly lines: boolean
}

/** Bytes of rows that are put together here; other rows pass through unread. Nobody else is served meanwhile. */
const MAX_BUILT_BYTES = 4 * 1024 * 1024

/** The form of the rows from which an answer is made with the least work, and how much of them it may hold. */
export function rowsFor(arrangement: Arrangement): Pick<ReadQuery, 'shape' | 'maxBytes'> {
  const shape = arrangement.shape === 'arrays' || arrangement.shape === 'arrayfirst' ? 'arrays' : 'objects'
  return isBuilt(arrangement) ? { shape, maxBytes: MAX_BUILT_BYTES } : { shape }
}

/** The rows for a shape that is built here, each as its own JSON text; a 400 when they stop before `maxRows` for their size. */
export function requireAllRows({ rows, truncated }: QueryAnswer, maxRows: number): readonly string[] {
  const separate = separateRows(rows)
  if (truncated && separate.length < maxRows) throw tooLargeToBuild()
  return separate
}

/** The refusal for a query for rows in an arrangement: one row alone may be too large for a shape that is built here. */
export function rowsRefusal(failure: QueryFailure, arrangement: Arrangement): HttpError {
  return failure.reason === 'too-large' && isBuilt(arrangement) ? tooLargeToBuild() : queryRefusal(failure)
}

function isBuilt({ shape, lines }: Arrangement): boolean {
  return shape === 'arrayfirst' || shape === 'object' || (shape === 'array' && lines)
}

function tooLargeToBuild(): HttpError {
  const limit = `The rows are larger than the ${MAX_BUILT_BYTES / 1024 / 1024} MiB that this _shape can hold.`
  return new HttpError(
    400,
    `${limit} Use _shape=objects or _shape=arrays, or ask for fewer rows with a smaller _size or a LIMIT.`,
  )
}

/** The first value of each row, as one JSON array. Each row is the text of an array. */
export function firstColumn(rows: readonly string[]): string {
  return `[${rows.map((row) => firstElement(row) ?? 'null').join(',')}]`
}

/** The rows, each as its own JSON text. */
export function separateRows(rows: Uint8Array): readonly string[] {
  return splitJsonArray(utf8.decode(rows))
}

/**
 * One JSON object with each row under its key's path segment; of rows with the same key the last stays. Each row is
 * the text of an object with these columns. A part of a key that no address can name is left empty.
 */
export function rowsByKey(
  columns: readonly string[],
  key: readonly string[],
  rows: readonly string[],
): string {
  const parts = key.map((name) => ({
    place: columns.indexOf(name),
    skipped: JSON.stringify(name).length + 1,
  }))
  const members = new Map<string, string>()
  for (const row of rows) {
    const fields = splitJsonArray(row)
    const values = parts.map(({ place, skipped }) => fields[place]?.slice(skipped) ?? 'null')
    const [cells = []] = parseRows(Buffer.from(`[[${values.join(',')}]]`))
    const path = formatRowKey(cells.map((cell) => keyText(cell) ?? ''))
    members.set(path, `${JSON.stringify(path)}:${row}`)
  }
  return `{${[...members.values()].join(',')}}`
}

const utf8 = new TextDecoder()
