import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../http/json.ts'

/** Parts of a key that make its value a secret (host.md §11.5). */
const SECRET =
  /secret|key|password|token|hash|dsn|passwd|pwd|passphrase|_pass|credential|private|salt|cookie/iu

/** A configuration without the values that could be secrets: `***` stands for them. */
export function maskSecrets(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, SECRET.test(key) ? '***' : mask(value)] as const),
  )
}

function mask(value: JsonValue): JsonValue {
  if (isJsonObject(value)) return maskSecrets(value)
  // An address can hold a name and a password.
  if (typeof value === 'string') return value.replaceAll(/(\/\/)[^/?#\s@]+@/gu, '$1***@')
  return isJsonList(value) ? value.map(mask) : value
}
