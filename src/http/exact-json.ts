import { fail, ok, type Result } from '../result.ts'
import { requireShallow } from './json.ts'

/** JSON in which integers are exact: every number written without point or exponent is a bigint. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | ExactObject

/** A JSON object with exact integers. */
export type ExactObject = { readonly [key: string]: ExactJson }

/** As many digits as JavaScript writes of a number before it turns to an exponent. Reading digits exactly takes a time that grows with their square. */
const MAX_DIGITS = 21

/** Reads JSON text. The failure says where the text goes wrong, in the words of the parser. */
export function parseExactJson(text: string): Result<ExactJson, string> {
  try {
    if (NEEDS_SOURCE.test(text)) {
      const value: ExactJson = JSON.parse(text, keepInteger)
      requireShallow(value, text)
      return ok(value)
    }
    const value: Parsed = JSON.parse(text)
    requireShallow(value, text)
    return ok(withIntegers(value))
  } catch (error) {
    // Not only syntax: long integers, and text that is nested too deeply, end here as well.
    return fail(error instanceof Error ? error.message : 'not JSON')
  }
}

/**
 * What may be a number whose text must be looked at: more than 15 digits, an exponent, or a fraction of zeros. Of any other a whole
 * number was written as one, and the parser is several times faster when nobody asks it for the text.
 */
const NEEDS_SOURCE = /\d{16}|[\d.]{17}|\.0+(?!\d)|(?:^|[:,[\s])-?\d[\d.]*e/iu

type Parsed = null | boolean | number | bigint | string | Parsed[] | { [key: string]: Parsed }

/** Makes bigints of whole numbers, in place. */
function withIntegers(value: Parsed): Parsed {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place += 1) value[place] = withIntegers(value[place] ?? null)
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      const member = value[key] ?? null
      if (typeof member === 'number' || typeof member === 'object') value[key] = withIntegers(member)
    }
  }
  return value
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

/** Writes it back; `indent` is how many spaces a level stands in, 0 for one line. Floats keep their point, integers every digit. */
export function writeExactJson(value: ExactJson, indent: number, margin = ''): string {
  const inner = margin + ' '.repeat(indent)
  const lines = (open: string, items: readonly string[], close: string) => {
    if (items.length === 0) return open + close
    if (indent === 0) return open + items.join(',') + close
    return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${margin}${close}`
  }
  if (isList(value))
    return lines(
      '[',
      value.map((item) => writeExactJson(item, indent, inner)),
      ']',
    )
  if (isObject(value)) {
    const colon = indent === 0 ? ':' : ': '
    const members = Object.entries(value).map(
      ([key, item]) => JSON.stringify(key) + colon + writeExactJson(item, indent, inner),
    )
    return lines('{', members, '}')
  }
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && /^-?\d+$/.test(String(value))) return `${value}.0`
  return JSON.stringify(value)
}

/** Whether the value is an object, and neither a list nor null. */
export function isObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the value is a list. */
export function isList(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value)
}
