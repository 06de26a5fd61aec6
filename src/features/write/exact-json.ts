import { formatCell } from '../../database/row-json.ts'
import { fail, ok, type Result } from '../../result.ts'

/** JSON in which integers are exact: every number written without point or exponent is a bigint. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | ExactObject

/** A JSON object with exact integers. */
export type ExactObject = { readonly [key: string]: ExactJson }

/** Digits of a 64-bit integer and one more. Reading digits exactly takes a time that grows with their square. */
const MAX_DIGITS = 20

/** Reads JSON text. The failure says where the text goes wrong, in the words of the parser. */
export function parseExactJson(text: string): Result<ExactJson, string> {
  try {
    const value: ExactJson = JSON.parse(text, keepInteger)
    return ok(value)
  } catch (error) {
    // Not only syntax: long integers, and text that is nested too deeply for the parser's stack, end here as well.
    return fail(error instanceof Error ? error.message : 'not JSON')
  }
}

function keepInteger(
  _key: string,
  value: unknown,
  ...[context]: readonly { readonly source?: string }[]
): unknown {
  const source = context?.source ?? ''
  if (typeof value !== 'number' || !/^-?\d+$/.test(source)) return value
  if (source.length > MAX_DIGITS + 1) throw new RangeError(`an integer has more than ${MAX_DIGITS} digits`)
  return BigInt(source)
}

/** SQLite's own JSON functions read no deeper than this. */
const MAX_DEPTH = 1000

/**
 * Writes JSON with a space after each comma and colon: stored texts are the same as those that Datasette stores.
 * Null for what is nested deeper than SQLite can read.
 */
export function formatExactJson(value: ExactJson, depth = 0): string | null {
  if (isList(value))
    return join(
      '[',
      value.map((item) => formatExactJson(item, depth + 1)),
      ']',
      depth,
    )
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => {
      const text = formatExactJson(item, depth + 1)
      return text === null ? null : `${JSON.stringify(key)}: ${text}`
    })
    return join('{', members, '}', depth)
  }
  return typeof value === 'boolean' ? String(value) : formatCell(value)
}

function join(open: string, parts: readonly (string | null)[], close: string, depth: number): string | null {
  return depth >= MAX_DEPTH || parts.includes(null) ? null : `${open}${parts.join(', ')}${close}`
}

/** Whether the value is an object, and neither a list nor null. */
export function isObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the value is a list. */
export function isList(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value)
}
