/** Places in a configuration or metadata file: the four things that have keys, and `names`, where databases, tables or queries are listed. */
export type Level = 'root' | 'database' | 'table' | 'query' | 'names'

/** What a path leads to, or null when it leads into the value of a key. */
export function levelAt(path: readonly string[]): Level | null {
  const [databases, , kind] = path
  if (databases === undefined) return 'root'
  if (databases !== 'databases') return null
  if (path.length === 1) return 'names'
  if (path.length === 2) return 'database'
  if (kind !== 'tables' && kind !== 'queries') return null
  if (path.length === 3) return 'names'
  if (path.length > 4) return null
  return kind === 'tables' ? 'table' : 'query'
}
