/** Anything JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/**
 * Levels of lists and objects in JSON that somebody sends: as many as SQLite's own JSON functions read of one value, and some for what
 * stands around it in a body. What walks through a value calls itself for each level, and has room for these.
 */
const MAX_NESTING = 1024

/** Reads JSON that somebody has sent. Throws a SyntaxError that says where the text goes wrong, and what `requireShallow` throws. */
export function parseSentJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text)
  requireShallow(value, text)
  return value
}

/** Throws a RangeError for a value that is nested too deeply; `text` is what it was read from. */
export function requireShallow(value: unknown, text: string): void {
  // Every level has a bracket of its own.
  if (text.length > MAX_NESTING) walk(value, 0)
}

function walk(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === MAX_NESTING) throw new RangeError(`nested deeper than ${MAX_NESTING} levels`)
  for (const item of Object.values(value)) walk(item, depth + 1)
}

/** Reads JSON that a schema judges afterwards: null for text that is none. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A JSON object, as it comes from `JSON.parse`. */
export type JsonObject = { readonly [key: string]: JsonValue }

/** Whether a value is an object with keys: not null, not a list. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a list. `Array.isArray` alone would make its entries `any`. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
