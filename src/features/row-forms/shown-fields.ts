import type { Database, SqlRow, Table } from '../../database/database.ts'
import { formatCell } from '../../database/row-json.ts'
import type { SqlValue } from '../../database/values.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf, labelsByColumn } from '../foreign-key-labels.ts'
import { textOf } from '../json/json-value.ts'
import { visitorLimits } from '../limits.ts'
import { emptyState, fingerprint, storedState, type FieldState } from './field-state.ts'
import type { FormField } from './form-field.ts'
import { isFileField, type FieldStates } from './posted-row.ts'
import { referencesOf } from './references.ts'
import { bytesInWords, type RowFieldProps } from './row-field.tsx'

export type ShownForm = {
  readonly database: Database
  readonly table: Table
  readonly fields: readonly FormField[]
  /** The row as it is stored; null for a new one. */
  readonly row: SqlRow | null
  /** What was posted; empty when nothing was yet. */
  readonly states: FieldStates
  readonly faults: ReadonlyMap<string, string>
  /** The columns that somebody else has changed since the form was first shown. */
  readonly changed: ReadonlySet<string>
}

/** The fields of a form, with the choices that stand at them. */
export async function shownFields(
  deps: FeatureDeps,
  c: AppContext,
  form: ShownForm,
): Promise<readonly RowFieldProps[]> {
  const { database, table, fields, row, states, faults, changed } = form
  const columns = fields.map(({ column }) => column)
  const references = await referencesOf(deps, c, database, table, columns)
  const labels =
    row === null ? new Map<string, string>() : await referredTo(deps, c, database, table, columns, row)
  return fields.map((field): RowFieldProps => {
    const stored = row?.[field.column] ?? null
    const state = states.get(field.column) ?? (row === null ? emptyState(field) : storedState(stored))
    return {
      field,
      state,
      isFile: isFileField(field, stored),
      maxBytes: deps.settings.max_post_body_bytes,
      storedBytes: stored instanceof Uint8Array ? stored.length : null,
      was: row === null ? null : fingerprint(stored),
      reference: references.get(field.column) ?? null,
      referredTo: labels.get(field.column) ?? null,
      fault: faults.get(field.column) ?? null,
      changedTo: changed.has(field.column) ? valueInWords(stored) : null,
    }
  })
}

/** What the rows are called to which the stored values refer, where they have a name besides the key. */
async function referredTo(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  columns: readonly string[],
  row: SqlRow,
): Promise<ReadonlyMap<string, string>> {
  const keys = foreignKeysOf(deps, c.get('actor'), database, table, columns)
  const valueOf = (column: string) => formatCell(row[column] ?? null)
  const labels = await labelsByColumn(
    deps,
    database,
    keys,
    (column) => [valueOf(column)],
    visitorLimits(deps, c),
  )
  return new Map(
    [...labels].flatMap(([column, of]) => {
      const label = of.get(valueOf(column))
      if (label === undefined || label === 'null' || label === valueOf(column)) return []
      return [[column, textOf(label)] as const]
    }),
  )
}

/** A stored value for people. */
export function valueInWords(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (value instanceof Uint8Array) return bytesInWords(value.length)
  const { text }: FieldState = storedState(value)
  return text === '' ? 'empty text' : text
}
