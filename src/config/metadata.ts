import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import { formatConfigPath } from './config-error.ts'
import { levelAt } from './levels.ts'

/** A metadata file taken apart. */
export type SplitMetadata = {
  /** What counts as configuration. */
  readonly config: JsonObject
  /** What describes. */
  readonly metadata: JsonObject
  /** Paths of configuration that a metadata file cannot bring. It is in neither part. */
  readonly withoutEffect: readonly string[]
}

/** Keys that older versions kept in metadata: of every level, and of tables alone (host.md §5.1). */
const MOVED_FROM_EVERYWHERE = new Set(['plugins', 'allow'])
const MOVED_FROM_TABLES = new Set([
  'hidden',
  'sort',
  'sort_desc',
  'size',
  'sortable_columns',
  'label_column',
  'facets',
  'fts_table',
  'fts_pk',
  'searchmode',
])

/** Configuration that Datasette does not take from metadata. Somebody may believe that it protects them. */
const WITHOUT_EFFECT = new Set(['settings', 'permissions', 'allow_sql', 'queries'])

/** Takes a metadata file apart: configuration in it moves to where it counts. */
export function splitMetadata(source: JsonObject, path: readonly string[] = []): SplitMetadata {
  const config: [string, JsonValue][] = []
  const metadata: [string, JsonValue][] = []
  const withoutEffect: string[] = []
  const level = levelAt(path)
  const hasKeys = level !== 'names'

  for (const [key, value] of Object.entries(source)) {
    const here = [...path, key]
    if (hasKeys && (MOVED_FROM_EVERYWHERE.has(key) || (level === 'table' && MOVED_FROM_TABLES.has(key)))) {
      config.push([key, value])
    } else if (hasKeys && WITHOUT_EFFECT.has(key)) {
      withoutEffect.push(formatConfigPath(here))
    } else if (levelAt(here) !== null && isJsonObject(value)) {
      const inner = splitMetadata(value, here)
      if (Object.keys(inner.config).length > 0) config.push([key, inner.config])
      if (Object.keys(inner.metadata).length > 0) metadata.push([key, inner.metadata])
      withoutEffect.push(...inner.withoutEffect)
    } else {
      metadata.push([key, value])
    }
  }
  return { config: Object.fromEntries(config), metadata: Object.fromEntries(metadata), withoutEffect }
}
