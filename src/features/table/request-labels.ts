import type { ForeignKey } from '../../database/database.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf, labelsByColumn, type Labels } from '../foreign-key-labels.ts'
import { isSwitchedOn } from '../switches.ts'
import type { TableRequest } from './table-request.ts'

/** The columns whose values get labels: those of `?_label=`, or with `?_labels=on` all that refer to another table. */
export function labelledColumns(
  deps: Pick<FeatureDeps, 'permissions'>,
  c: AppContext,
  { database, table, query, selection }: TableRequest,
): ReadonlyMap<string, ForeignKey> {
  const asked = query.getAll('_label')
  const all = isSwitchedOn(query, '_labels')
  const columns = selection.columns.filter((column) => all || asked.includes(column))
  return foreignKeysOf(deps, c.get('actor'), database, table, columns)
}

/** Their labels for some rows, each given as the JSON texts of its values. */
export function rowLabels(
  deps: Pick<FeatureDeps, 'config'>,
  { database, selection, limits }: TableRequest,
  columns: ReadonlyMap<string, ForeignKey>,
  rows: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, Labels>> {
  const valuesOf = (column: string) => {
    const place = selection.columns.indexOf(column)
    return rows.map((row) => row[place] ?? 'null')
  }
  return labelsByColumn(deps, database, columns, valuesOf, limits)
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
