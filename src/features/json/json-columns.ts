import type { RowChange } from './shape.ts'

/**
 * `?_json=column`: text in these columns that is JSON goes out as JSON (host.md §9.3, §9.8). Null when the address
 * names none. It means nothing in the rows of a table.
 */
export function jsonColumns(query: URLSearchParams, columns: readonly string[]): RowChange | null {
  const places = new Set(query.getAll('_json').map((name) => columns.indexOf(name)))
  if (places.size === 0) return null
  return (values) => values.map((value, place) => (places.has(place) ? unwrapped(value) : value))
}

/** The JSON inside a JSON text; the text itself when it holds none. */
function unwrapped(value: string): string {
  if (!value.startsWith('"')) return value
  const inner = String(JSON.parse(value))
  try {
    JSON.parse(inner)
    return inner
  } catch {
    return value
  }
}
