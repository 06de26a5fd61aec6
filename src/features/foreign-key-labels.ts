import type { Actor } from '../auth/actor.ts'
import type { Database, ForeignKey, Table } from '../database/database.ts'
import { readableIdentifier } from '../database/quote-identifier.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { isBytes } from './json/json-value.ts'
import { splitJsonArray } from './json/json-array.ts'
import { separateRows } from './json/shape.ts'
import { labelColumn } from './label-column.ts'
import type { VisitorLimits } from './limits.ts'
import { maySeeTable } from './visible-tables.ts'

/** Labels of the values of a column: JSON text by JSON text. A value without a label is not in it. */
export type Labels = ReadonlyMap<string, string>

/** Characters of the longest label. */
const LABEL_CHARACTERS = 200

/** The foreign key of a column, for a reader who may see the other table; null without one. */
export function foreignKeyOf(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  table: Table,
  column: string,
): ForeignKey | null {
  const key = table.foreignKeys.outgoing.find((candidate) => candidate.column === column)
  if (key === undefined) return null
  return maySeeTable(permissions, actor, database, key.otherTable) ? key : null
}

/** The foreign keys of some columns, for a reader who may see the other tables. */
export function foreignKeysOf(
  deps: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  table: Table,
  columns: readonly string[],
): ReadonlyMap<string, ForeignKey> {
  return new Map(
    columns.flatMap((column) => {
      const key = foreignKeyOf(deps, actor, database, table, column)
      return key === null ? [] : [[column, key] as const]
    }),
  )
}

/** The labels of several columns: one query for each, all within the time of one. `valuesOf` gives the values of a column, as their JSON texts. */
export async function labelsByColumn(
  deps: Pick<FeatureDeps, 'config'>,
  database: Database,
  keys: ReadonlyMap<string, ForeignKey>,
  valuesOf: (column: string) => readonly string[],
  limits: VisitorLimits,
): Promise<ReadonlyMap<string, Labels>> {
  const labels = new Map<string, Labels>()
  const deadline = performance.now() + limits.timeLimitMs
  for (const [column, key] of keys) {
    const timeLimitMs = Math.floor(deadline - performance.now())
    if (timeLimitMs < 1) break
    labels.set(column, await labelsOf(deps, database, key, valuesOf(column), { ...limits, timeLimitMs }))
  }
  return labels
}

/**
 * What the rows are called to which these values refer. A table without a column for labels gives the values themselves,
 * as text. Labels are a courtesy: when they cannot be had in time there are none.
 */
export async function labelsOf(
  { config }: Pick<FeatureDeps, 'config'>,
  database: Database,
  key: ForeignKey,
  values: readonly string[],
  limits: VisitorLimits,
): Promise<Labels> {
  const wanted = [...new Set(values)].filter((value) => value !== 'null' && !isBytes(value))
  const other = database.schema().table(key.otherTable)
  if (other === null || wanted.length === 0) return new Map()
  const label = labelColumn(database.schema(), other, config.table(database.name, other.name))
  if (label === null) return new Map(wanted.map((value) => [value, asText(value)]))

  const name = readableIdentifier
  const answer = await database.query({
    sql: `select ${name(key.otherColumn)}, ${shortened(name(label))} from ${name(other.name)} where ${name(key.otherColumn)} in (select value from temp.json_each(:ids))`,
    params: { ids: `[${wanted.join(',')}]` },
    ...limits,
    shape: 'arrays',
    maxRows: wanted.length,
    withLastRow: false,
  })
  if (!answer.ok) return new Map()
  return new Map(
    separateRows(answer.value.rows).map((row) => {
      const [value = '', text = ''] = splitJsonArray(row)
      return [value, text]
    }),
  )
}

/** The beginning of a long text: a label stands in every row that refers to it. Bytes are no label. */
function shortened(label: string): string {
  const cut = `iif(length(${label}) > ${LABEL_CHARACTERS}, substr(${label}, 1, ${LABEL_CHARACTERS}) || '…', ${label})`
  return `case typeof(${label}) when 'text' then ${cut} when 'blob' then null else ${label} end`
}

/** A value in JSON as JSON text. */
function asText(value: string): string {
  return value.startsWith('"') ? value : JSON.stringify(value)
}
