/**
 * Writes a name as an SQL identifier in double quotes, whatever characters it has.
 *
 * Our statements put every table and column name through this; values are always bound, never quoted.
 */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
