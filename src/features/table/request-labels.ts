import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeyOf, labelsOf, type Labels } from '../foreign-key-labels.ts'
import { isSwitchedOn } from '../switches.ts'
import type { TableRequest } from './table-request.ts'

/** The columns whose values get labels: those of `?_label=`, or with `?_labels=on` all that refer to another table. */
export function labelledColumns(
  deps: Pick<FeatureDeps, 'permissions'>,
  c: AppContext,
  { database, table, query, selection }: TableRequest,
): readonly string[] {
  const asked = query.getAll('_label')
  if (asked.length === 0 && !isSwitchedOn(query, '_labels')) return []
  return selection.columns.filter(
    (column) =>
      (asked.length === 0 || asked.includes(column) || isSwitchedOn(query, '_labels')) &&
      foreignKeyOf(deps, c.get('actor'), database, table, column) !== null,
  )
}

/** The labels of these columns for some rows, each given as the JSON texts of its values. */
export async function rowLabels(
  deps: Pick<FeatureDeps, 'permissions' | 'config'>,
  c: AppContext,
  { database, table, selection, limits }: TableRequest,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, Labels>> {
  const labels = new Map<string, Labels>()
  for (const column of columns) {
    const key = foreignKeyOf(deps, c.get('actor'), database, table, column)
    if (key === null) continue
    const place = selection.columns.indexOf(column)
    const values = rows.map((row) => row[place] ?? 'null')
    labels.set(column, await labelsOf(deps, database, key, values, limits))
  }
  return labels
}

/** Puts `{"value", "label"}` where a value has a label. */
export function withLabels(
  columns: readonly string[],
  labels: ReadonlyMap<string, Labels>,
): (row: readonly string[]) => readonly string[] {
  const byPlace = columns.map((column) => labels.get(column))
  return (row) =>
    row.map((value, place) => {
      const label = byPlace[place]?.get(value)
      return label === undefined ? value : `{"value":${value},"label":${label}}`
    })
}
