import type { Database, Table, WriteFailure } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf } from '../foreign-key-labels.ts'
import type { NewRow } from '../write/values/cell-value.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { sqliteFaults, type Faults } from './sqlite-faults.ts'

/** What to say on a form when the write failed: at the fields that are to blame, or above all of them. */
export function writeFaults(
  deps: FeatureDeps,
  c: AppContext,
  place: { readonly database: Database; readonly table: Table },
  values: NewRow,
  failure: WriteFailure,
): Faults {
  if (failure.reason !== 'sql') {
    const { message, status } = writeRefusal(failure)
    return { fields: new Map(), form: message, status }
  }
  if (failure.message === 'FOREIGN KEY constraint failed') return referenceFaults(deps, c, place, values)
  return sqliteFaults(failure.message, place.table)
}

/** SQLite does not tell which reference leads nowhere. Those to tables that this reader may see are looked up. */
function referenceFaults(
  deps: FeatureDeps,
  c: AppContext,
  { database, table }: { readonly database: Database; readonly table: Table },
  values: NewRow,
): Faults {
  const keys = foreignKeysOf(deps, c.get('actor'), database, table, [...values.keys()])
  const name = readableIdentifier
  const broken = [...keys].filter(([column, { otherTable, otherColumn }]) => {
    const value = values.get(column) ?? null
    const sql = `select 1 from ${name(otherTable)} where ${name(otherColumn)} = ?`
    return value !== null && database.get(sql, [value]) === null
  })
  const fields = new Map(
    broken.map(([column, key]) => [
      column,
      `No row of ${key.otherTable} has this key. Choose one from the list, or write another.`,
    ]),
  )
  const form =
    'The database refused this, and nothing was changed: a row refers to one that would not be there.'
  return fields.size > 0 ? { fields, form: null } : { fields, form }
}

/** What stands above a form that was refused. */
export function problemOf({ form }: Faults): {
  readonly kind: 'danger'
  readonly title: string
  readonly text: string
} {
  return form === null
    ? {
        kind: 'danger',
        title: 'Not saved yet',
        text: 'Nothing was changed. What is wrong:',
      }
    : { kind: 'danger', title: 'Not saved', text: form }
}
