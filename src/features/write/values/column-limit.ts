/** SQLite's limit for a table, and for the values of a row that is returned; the row number is one of them. */
export const MAX_COLUMNS = 2000

/** Characters of the longest name that a table or a column may be given: every row of an answer has the names of all its columns. */
export const MAX_NAME_CHARACTERS = 1000

/**
 * What to say when the columns that would be added do not fit; null when they do. SQLite would find out as well, but
 * only after two thousand changes of the table.
 */
export function columnLimitFault(known: ReadonlySet<string>, wanted: Iterable<string>): string | null {
  const added = new Set(wanted).difference(known)
  if (added.values().some((name) => name.length > MAX_NAME_CHARACTERS)) {
    return `Column name is too long, maximum allowed is ${MAX_NAME_CHARACTERS} characters`
  }
  const all = known.union(added)
  if (all.size <= MAX_COLUMNS) return null
  return `Too many columns: the table would have ${all.size}, maximum allowed is ${MAX_COLUMNS}`
}
