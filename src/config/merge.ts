import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'

/** Lays one mapping over another: mappings meet key by key, anything else on top replaces what is below. */
export function mergeDeep(below: JsonObject, above: JsonObject): JsonObject {
  const merged = new Map(Object.entries(below))
  for (const [key, value] of Object.entries(above)) {
    const old = merged.get(key)
    merged.set(key, isJsonObject(old) && isJsonObject(value) ? mergeDeep(old, value) : value)
  }
  return Object.fromEntries(merged)
}

/** A mapping that holds only this value, at the end of this path. */
export function nest(path: readonly string[], value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value)
}
