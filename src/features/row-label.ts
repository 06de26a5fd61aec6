import type { Database, SqlRow, Table } from '../database/database.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { labelColumn } from './label-column.ts'

/** Characters of the longest value by which a row is called. */
const LABEL_CHARACTERS = 100

/** The value by which people call a row, where it is a text and short; null to call it by its key. */
export function rowLabel(
  { config }: Pick<FeatureDeps, 'config'>,
  database: Database,
  table: Table,
  row: SqlRow,
): string | null {
  const name = labelColumn(database.schema(), table, config.table(database.name, table.name))
  const value = name === null ? null : (row[name] ?? null)
  return typeof value === 'string' && value !== '' && value.length <= LABEL_CHARACTERS ? value : null
}

/** A row in words: its key, and behind it what it is called: `2 (Bo)`. */
export function rowWords(key: readonly string[], label: string | null): string {
  const written = shortened(key.join(', '))
  return label === null || label === written ? written : `${written} (${label})`
}

/** The beginning of a long key: a note travels in a cookie, and browsers keep none beyond 4 kB. */
function shortened(text: string): string {
  return text.length > LABEL_CHARACTERS ? `${text.slice(0, LABEL_CHARACTERS).toWellFormed()}…` : text
}
