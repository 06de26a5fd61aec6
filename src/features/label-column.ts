import type { Schema, Table } from '../database/database.ts'
import type { TableConfig } from './feature-deps.ts'

/**
 * The column by which people call the rows of a table (host.md §9.7): what the configuration says, else the only text
 * column without repeats, else one called name or title, else the column beside an `id` or `pk`. Null for none. A key of text
 * is such a text column, as in Datasette: it is its own label until the configuration says otherwise.
 */
export function labelColumn(schema: Schema, table: Table, config: TableConfig): string | null {
  if (config.labelColumn !== null) return config.labelColumn
  const unique = schema.columnIndexes(table.name).filter(({ isUnique }) => isUnique)
  const candidates = table.columns.filter(
    ({ name, type }) => type.toLowerCase() === 'text' && unique.some(({ column }) => column === name),
  )
  const [only] = candidates
  if (only !== undefined && candidates.length === 1) return only.name

  const names = table.columns.map(({ name }) => name)
  const named = names.find((name) => ['name', 'title'].includes(name.toLowerCase()))
  if (named !== undefined) return named
  const others = names.filter((name) => name !== 'id' && name !== 'pk')
  return names.length === 2 && others.length === 1 ? (others[0] ?? null) : null
}
