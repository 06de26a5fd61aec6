/**
 * Writes a name as an SQL identifier in double quotes, whatever characters it has.
 *
 * Our statements put every table and column name through this; values are always bound, never quoted.
 */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * Writes a name as an SQL identifier that people like to read: bare where SQL allows it, else in square brackets, as
 * Datasette writes it in the SQL that it shows.
 */
export function readableIdentifier(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase())) return name
  return bracketed(name)
}

/** Writes a name as an SQL identifier in square brackets; in double quotes where it has a bracket itself. */
export function bracketed(name: string): string {
  return name.includes(']') ? quoteIdentifier(name) : `[${name}]`
}

// Words that mean something to SQL where a name could stand (sqlite.org/lang_keywords.html).
const RESERVED: ReadonlySet<string> = new Set(
  `abort action add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast
  check collate column commit conflict constraint create cross current_date current_time current_timestamp database
  default deferrable deferred delete desc detach distinct drop each else end escape except exclusive exists explain
  fail false for foreign from full glob group having if ignore immediate in index indexed initially inner insert instead
  intersect into is isnull join key left like limit match natural no not nothing notnull null of offset on or order
  outer plan pragma primary query raise recursive references regexp reindex release rename replace restrict returning
  right rollback row savepoint select set table temp temporary then to transaction trigger true union unique update using
  vacuum values view virtual when where with without`.split(/\s+/u),
)
