import { parseRows } from '../../database/cells.ts'
import { HttpError } from '../../http/http-error.ts'
import { formatRowKey } from '../../http/tilde.ts'
import { keyText } from '../cells/cell-text.ts'
import { splitJsonArray } from './json-array.ts'

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

/** The form of the rows from which each shape is made with the least work. */
export function rowsAs(shape: Shape): 'objects' | 'arrays' {
  return shape === 'objects' || shape === 'array' ? 'objects' : 'arrays'
}

/** The first value of each row, as one JSON array. `rows` is a JSON array of arrays. */
export function firstColumn(rows: Uint8Array): string {
  const values = separateRows(rows).map((row) => splitJsonArray(row)[0] ?? 'null')
  return `[${values.join(',')}]`
}

/** The rows, each as its own JSON text. */
export function separateRows(rows: Uint8Array): readonly string[] {
  return splitJsonArray(utf8.decode(rows))
}

/**
 * One JSON object with each row as an object under its key's path segment; of rows with the same key the last
 * stays. `rows` is a JSON array of arrays. A part of a key that no address can name is left empty.
 */
export function rowsByKey(columns: readonly string[], key: readonly string[], rows: Uint8Array): string {
  const cells = parseRows(rows)
  const places = key.map((name) => columns.indexOf(name))
  const names = columns.map((name) => JSON.stringify(name))

  const members = new Map<string, string>()
  for (const [at, row] of separateRows(rows).entries()) {
    const path = formatRowKey(places.map((place) => keyText(cells[at]?.[place] ?? null) ?? ''))
    const values = splitJsonArray(row).map((value, place) => `${names[place] ?? '""'}:${value}`)
    members.set(path, `${JSON.stringify(path)}:{${values.join(',')}}`)
  }
  return `{${[...members.values()].join(',')}}`
}

const utf8 = new TextDecoder()
