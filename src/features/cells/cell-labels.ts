import type { Actor } from '../../auth/actor.ts'
import type { Cell } from '../../database/cells.ts'
import type { Database, Table } from '../../database/database.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeyOf, labelsOf, type Labels } from '../foreign-key-labels.ts'
import type { VisitorLimits } from '../limits.ts'

/** What the row is called to which a value of a column refers; null for nothing. */
export type CellLabels = (column: string, value: Cell) => string | null

/** Finds the labels of all foreign keys in rows that a page shows: one query for each column. */
export async function cellLabels(
  deps: Pick<FeatureDeps, 'permissions' | 'config'>,
  actor: Actor | null,
  database: Database,
  table: Table,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  limits: VisitorLimits,
): Promise<CellLabels> {
  const labels = new Map<string, Labels>()
  for (const [place, column] of columns.entries()) {
    const key = foreignKeyOf(deps, actor, database, table, column)
    if (key === null) continue
    const values = rows.map((row) => cellJson(row[place] ?? null))
    labels.set(column, await labelsOf(deps, database, key, values, limits))
  }
  return (column, value) => {
    const label = labels.get(column)?.get(cellJson(value))
    if (label === undefined || label === 'null' || label.startsWith('{')) return null
    return label.startsWith('"') ? String(JSON.parse(label)) : label
  }
}

/** A value as the JSON text that it came as; bytes, which never have a label, as NULL. */
function cellJson(value: Cell): string {
  if (value === null || typeof value === 'string') return JSON.stringify(value)
  return 'number' in value ? value.number : 'null'
}
