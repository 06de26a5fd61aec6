/**
 * Turns what people type into a full-text search for all its words: each in quotes, so that no sign in it means
 * something to SQLite. What stands in quotes already stays together (host.md §9.3).
 */
export function escapeFts(text: string): string {
  const closed = text.split('"').length % 2 === 0 ? `${text}"` : text
  return closed
    .split(/\s+|("[^"]*")/u)
    .filter((part) => part !== undefined && part !== '' && part !== '""')
    .map((part) => (part.startsWith('"') ? part : `"${part}"`))
    .join(' ')
}
