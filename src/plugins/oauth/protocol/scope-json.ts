import type { JsonValue } from '../../../plugin.ts'
import { toScope, type Scope } from './scope.ts'

/**
 * Reads the JSON form: an array of arrays of 1 to 3 strings. Null for anything else. Nothing is repaired: a
 * flat array or a fourth part must not become a wider permission by accident.
 */
export function parseJsonScopes(text: string): readonly Scope[] | null {
  const value = parseJson(text)
  if (!Array.isArray(value)) return null

  const scopes: Scope[] = []
  for (const entry of value) {
    const scope = isTextArray(entry) ? toScope(entry) : null
    if (scope === null) return null
    scopes.push(scope)
  }
  return scopes
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}
