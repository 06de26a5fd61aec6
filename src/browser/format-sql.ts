import { formatDialect, sqlite } from 'sql-formatter'

/** Lays out a statement of SQLite over lines; throws for text that it cannot read. */
export function formatSql(sql: string): string {
  return formatDialect(sql, { dialect: sqlite })
}
