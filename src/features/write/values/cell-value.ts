import type { SqlValue } from '../../../database/values.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { isObject, type ExactJson, type ExactObject } from '../../../http/exact-json.ts'
import { formatExactJson } from './stored-json.ts'

/**
 * What a value of a JSON body becomes in a cell (host.md §10.1): booleans 1 and 0, lists and objects their JSON
 * text. `{"$base64": true, "encoded": …}` stands for bytes, and `{"$raw": …}` for what is in it, taken literally.
 * The failure is the message to show.
 */
export function cellValue(value: ExactJson): Result<SqlValue, string> {
  if (isObject(value)) {
    if (hasExactly(value, ['$base64', 'encoded']) && value['$base64'] === true) return bytes(value['encoded'])
    if (hasExactly(value, ['$raw'])) return literal(value['$raw'] ?? null)
  }
  return literal(value)
}

/** A row to write: values by column, in the order in which they were sent. */
export type NewRow = ReadonlyMap<string, SqlValue>

/** Reads the values of an object as cells of a row. The failure is the message to show. */
export function rowCells(row: ExactObject): Result<NewRow, string> {
  const cells = new Map<string, SqlValue>()
  for (const [column, value] of Object.entries(row)) {
    const cell = column.isWellFormed() ? cellValue(value) : fail(HALF_CHARACTER)
    if (!cell.ok) return cell
    cells.set(column, cell.value)
  }
  return ok(cells)
}

/** SQLite would store another character in its place. */
const HALF_CHARACTER = 'Text has half of a surrogate pair, which is no character'

function literal(value: ExactJson): Result<SqlValue, string> {
  if (typeof value === 'string') return value.isWellFormed() ? ok(value) : fail(HALF_CHARACTER)
  if (value === null || typeof value === 'number') return ok(value)
  if (typeof value === 'boolean') return ok(value ? 1n : 0n)
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) === value
      ? ok(value)
      : fail('Integer is too large for SQLite, which stores 64 bits')
  }
  const text = formatExactJson(value)
  return text === null ? fail('JSON value is nested too deeply') : ok(text)
}

function bytes(encoded: ExactJson | undefined): Result<SqlValue, string> {
  if (typeof encoded !== 'string') return fail('$base64 encoded value must be a string')
  // Node reads anything as base64 and skips what it does not know; only the standard form is taken.
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
    return fail('Invalid $base64 encoded value')
  return ok(Uint8Array.from(Buffer.from(encoded, 'base64')))
}

function hasExactly(object: ExactObject, keys: readonly string[]): boolean {
  return Object.keys(object).length === keys.length && keys.every((key) => Object.hasOwn(object, key))
}
