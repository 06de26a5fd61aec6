import { formatCell } from '../../../database/row-json.ts'
import { isList, isObject, type ExactJson } from '../../../http/exact-json.ts'

/** SQLite's own JSON functions read no deeper than this. */
const MAX_DEPTH = 1000

/**
 * Writes JSON with a space after each comma and colon: stored texts are the same as those that Datasette stores.
 * Null for what is nested deeper than SQLite can read.
 */
export function formatExactJson(value: ExactJson, depth = 0): string | null {
  if (depth === MAX_DEPTH && (isList(value) || isObject(value))) return null
  if (isList(value))
    return join(
      '[',
      value.map((item) => formatExactJson(item, depth + 1)),
      ']',
    )
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => {
      const text = formatExactJson(item, depth + 1)
      return text === null ? null : `${JSON.stringify(key)}: ${text}`
    })
    return join('{', members, '}')
  }
  return typeof value === 'boolean' ? String(value) : formatCell(value)
}

function join(open: string, parts: readonly (string | null)[], close: string): string | null {
  return parts.includes(null) ? null : `${open}${parts.join(', ')}${close}`
}
