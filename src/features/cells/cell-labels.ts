import type { Actor } from '../../auth/actor.ts'
import type { Cell } from '../../database/cells.ts'
import type { Database, Table } from '../../database/database.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf, labelsByColumn } from '../foreign-key-labels.ts'
import { isBytes, textOf } from '../json/json-value.ts'
import type { VisitorLimits } from '../limits.ts'

/** What the row is called to which a value of a column refers; null for nothing. */
export type CellLabels = (column: string, value: Cell) => string | null

/** Finds the labels of all foreign keys in rows that a page shows. */
export async function cellLabels(
  deps: Pick<FeatureDeps, 'permissions' | 'config'>,
  actor: Actor | null,
  database: Database,
  table: Table,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  limits: VisitorLimits,
): Promise<CellLabels> {
  const keys = foreignKeysOf(deps, actor, database, table, columns)
  const valuesOf = (column: string) => {
    const place = columns.indexOf(column)
    return rows.map((row) => cellJson(row[place] ?? null))
  }
  const labels = await labelsByColumn(deps, database, keys, valuesOf, limits)
  return (column, value) => {
    const label = labels.get(column)?.get(cellJson(value))
    return label === undefined || label === 'null' || isBytes(label) ? null : textOf(label)
  }
}

/** A value as the JSON text that it came as; bytes, which never have a label, as NULL. */
function cellJson(value: Cell): string {
  if (value === null || typeof value === 'string') return JSON.stringify(value)
  return 'number' in value ? value.number : 'null'
}
