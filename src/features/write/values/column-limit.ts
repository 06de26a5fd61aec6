/** SQLite's limit for a table, and for the values of a row that is returned; the row number is one of them. */
export const MAX_COLUMNS = 2000

/**
 * What to say when the columns that would be added do not fit; null when they do. SQLite would find out as well, but
 * only after two thousand changes of the table.
 */
export function columnLimitFault(known: ReadonlySet<string>, wanted: Iterable<string>): string | null {
  const all = known.union(new Set(wanted))
  if (all.size <= MAX_COLUMNS) return null
  return `Too many columns: the table would have ${all.size}, maximum allowed is ${MAX_COLUMNS}`
}
