import { isJsonObject, type JsonValue } from '../http/json.ts'

/**
 * Reads JSON as `JSON.parse` does, except that a number under one of `keys` of the outermost object is given as
 * the text that stands there whenever JavaScript would write it otherwise: `1.0`, `1e9`, an integer of 2^53 or
 * more. Python, which Datasette reads with, tells these from integers and keeps every digit; a number alone
 * no longer says how it was written.
 */
export function parseWithWrittenNumbers(json: string, keys: readonly string[]): JsonValue {
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
