import { isJsonObject, type JsonValue } from '../http/json.ts'

/**
 * Reads JSON as `JSON.parse` does, except that a number under one of `keys` of the outermost object is given as
 * the text that stands there whenever JavaScript would write it otherwise: `1.0`, `1e9`, an integer of 2^53 or
 * more. Python, which Datasette reads with, tells these from integers and keeps every digit; a number alone
 * no longer says how it was written.
 */
export function parseWithWrittenNumbers(json: string, keys: readonly string[]): JsonValue {
  if (keys.length === 0 || !MAY_DIFFER.test(json)) return parse(json)
  const written: { readonly holder: unknown; readonly key: string; readonly text: string }[] = []

  function note(
    this: unknown,
    key: string,
    value: unknown,
    ...[context]: readonly { readonly source?: string }[]
  ): unknown {
    const text = context?.source
    if (typeof value === 'number' && text !== undefined && text !== String(value) && keys.includes(key)) {
      written.push({ holder: this, key, text })
    }
    return value
  }

  const value: JsonValue = JSON.parse(json, note)
  // The parser goes from the inside out: which of the holders is the outermost shows when it is done.
  const outermost = written.filter(({ holder }) => holder === value)
  if (!isJsonObject(value) || outermost.length === 0) return value
  return { ...value, ...Object.fromEntries(outermost.map(({ key, text }) => [key, text])) }
}

/**
 * What may be a number that JavaScript would write otherwise: one with a point, an exponent or more than 15 digits, or minus zero. Of any
 * other the parser need not be asked for the text, and is several times faster.
 */
const MAY_DIFFER = /(?:^|[:,[\s])-?\d*(?:[.e]|\d{16})|-0/iu

function parse(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json)
  return value
}
