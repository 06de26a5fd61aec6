import { parseRows } from '../../database/cells.ts'
import type { QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { formatRowKey } from '../../http/tilde.ts'
import { keyText } from '../cells/cell-text.ts'
import { queryRefusal } from '../query-refusal.ts'
import { objectText } from './json-value.ts'
import { firstElement, jsonElements, splitJsonArray } from './json-array.ts'

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
  /** Whether values are changed on the way out, as labels do. */
  readonly isChanged?: boolean
}

/** Bytes of rows that are put together here; other rows pass through unread. Nobody else is served meanwhile. */
const MAX_BUILT_BYTES = 4 * 1024 * 1024

/** Characters of all rows together once their values are changed. */
const MAX_CHANGED_LENGTH = 4 * MAX_BUILT_BYTES

/** The form of the rows from which an answer is made with the least work, and how much of them it may hold. */
export function rowsFor(arrangement: Arrangement): Pick<ReadQuery, 'shape' | 'maxBytes'> {
  const { shape, isChanged = false } = arrangement
  const form = isChanged || (shape !== 'objects' && shape !== 'array') ? 'arrays' : 'objects'
  return isBuilt(arrangement) ? { shape: form, maxBytes: MAX_BUILT_BYTES } : { shape: form }
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

function isBuilt({ shape, lines, isChanged = false }: Arrangement): boolean {
  return isChanged || shape === 'arrayfirst' || shape === 'object' || (shape === 'array' && lines)
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

/** The rows as `separateRows` gives them, each found when it is asked for. */
export function eachRow(rows: Uint8Array): Iterable<string> {
  return jsonElements(utf8.decode(rows))
}

/** Changes a row, given as the JSON texts of its values. */
export type RowChange = (values: readonly string[]) => readonly string[]

/** Rows that came as arrays, each as its own JSON text in this form. */
export function rowsInForm(
  rows: readonly string[],
  form: 'objects' | 'arrays',
  columns: readonly string[],
  change: RowChange,
): readonly string[] {
  const write = form === 'arrays' ? arrayText : (values: readonly string[]) => rowText(columns, values)
  const room = roomForChanged()
  return rows.map((row) => room(write(change(splitJsonArray(row)))))
}

/**
 * One JSON object with each row under its key's path segment; of rows with the same key the last stays. The rows came
 * as arrays. A part of a key that no address can name is left empty.
 */
export function rowsByKey(
  columns: readonly string[],
  key: readonly string[],
  rows: readonly string[],
  change: RowChange = (values) => values,
): string {
  const places = key.map((name) => columns.indexOf(name))
  const members = new Map<string, string>()
  const room = roomForChanged()
  for (const row of rows) {
    const values = splitJsonArray(row)
    const keyValues = places.map((place) => values[place] ?? 'null')
    const [cells = []] = parseRows(Buffer.from(`[[${keyValues.join(',')}]]`))
    const path = formatRowKey(cells.map((cell) => keyText(cell) ?? ''))
    members.set(path, room(`${JSON.stringify(path)}:${rowText(columns, change(values))}`))
  }
  return `{${[...members.values()].join(',')}}`
}

/** Counts texts as they are made; a 400 before they fill the memory. */
function roomForChanged(): (text: string) => string {
  let left = MAX_CHANGED_LENGTH
  return (text) => {
    left -= text.length
    if (left < 0) throw tooLargeToBuild()
    return text
  }
}

function arrayText(values: readonly string[]): string {
  return `[${values.join(',')}]`
}

function rowText(columns: readonly string[], values: readonly string[]): string {
  return objectText(columns.map((name, place) => [name, values[place] ?? 'null'] as const))
}

const utf8 = new TextDecoder()
