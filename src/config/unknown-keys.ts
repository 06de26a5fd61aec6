import { isJsonObject, type JsonObject } from '../http/json.ts'
import { formatConfigPath } from './config-error.ts'
import { levelAt } from './levels.ts'
import { databaseConfigSchema, queryConfigSchema, rootConfigSchema, tableConfigSchema } from './schema.ts'

const KNOWN_KEYS = {
  root: rootConfigSchema.shape,
  database: databaseConfigSchema.shape,
  table: tableConfigSchema.shape,
  query: queryConfigSchema.shape,
} as const

/** Whether this key means something at the root of a configuration. */
export function isRootKey(key: string): boolean {
  return Object.hasOwn(KNOWN_KEYS.root, key)
}

/**
 * Paths of the keys that have no effect at their place. Datasette ignores them without a word; a misspelt
 * `allow` that protects nothing deserves one.
 */
export function unknownKeys(config: JsonObject, path: readonly string[] = []): readonly string[] {
  const level = levelAt(path)
  return Object.entries(config).flatMap(([key, value]) => {
    const here = [...path, key]
    if (level !== null && level !== 'names' && !Object.hasOwn(KNOWN_KEYS[level], key)) {
      return [formatConfigPath(here)]
    }
    return levelAt(here) !== null && isJsonObject(value) ? unknownKeys(value, here) : []
  })
}
