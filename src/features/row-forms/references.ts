import { parseRows } from '../../database/cells.ts'
import type { Database, ForeignKey, Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Choice } from '../../ui/field.tsx'
import { keyText } from '../cells/cell-text.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf } from '../foreign-key-labels.ts'
import { labelColumn } from '../label-column.ts'
import { visitorLimits, type VisitorLimits } from '../limits.ts'
import { tablePath } from '../links.ts'

/** What a person chooses from where a column refers to another table. */
export type Reference =
  /** All rows of a small table. */
  | {
      readonly kind: 'list'
      readonly table: string
      readonly options: readonly Choice[]
    }
  /** A large table: the key is written, and a script finds rows by name at `suggestFrom`, if that is known to work. */
  | { readonly kind: 'written'; readonly table: string; readonly suggestFrom: string | null }

/** Rows of the largest table that is a list to choose from. */
const MOST_OPTIONS = 100

/** Lists of choices on one page. Further foreign keys are written. */
const MOST_LISTS = 20

/** The references of a table's columns, for a reader who may see the other tables. Of other tables nothing is told. */
export async function referencesOf(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  columns: readonly string[],
): Promise<ReadonlyMap<string, Reference>> {
  const keys = foreignKeysOf(deps, c.get('actor'), database, table, columns)
  const references = new Map<string, Reference>()
  const limits = visitorLimits(deps, c)
  const deadline = performance.now() + limits.timeLimitMs
  for (const [column, key] of keys) {
    // All lists together take no longer than one query may.
    const timeLimitMs = Math.floor(deadline - performance.now())
    const isTime = timeLimitMs >= 1 && references.size < MOST_LISTS
    const options = isTime ? await optionsOf(deps, database, key, { ...limits, timeLimitMs }) : null
    references.set(
      column,
      options === null
        ? { kind: 'written', table: key.otherTable, suggestFrom: suggestionsOf(deps, database, key) }
        : { kind: 'list', table: key.otherTable, options },
    )
  }
  return references
}

/** The rows to choose from; null when there are too many, or their keys are nothing that a list can hold. */
async function optionsOf(deps: FeatureDeps, database: Database, key: ForeignKey, limits: VisitorLimits) {
  const other = database.schema().table(key.otherTable)
  if (other === null) return null
  const label = labelColumn(database.schema(), other, deps.config.table(database.name, other.name))
  const name = readableIdentifier
  const shown = label === null ? 'null' : `substr(${name(label)}, 1, 100)`
  const answer = await database.query({
    sql: `select ${name(key.otherColumn)}, ${shown} from ${name(other.name)} limit ${MOST_OPTIONS + 1}`,
    params: {},
    ...limits,
    maxRows: MOST_OPTIONS + 1,
    shape: 'arrays',
  })
  if (!answer.ok || answer.value.truncated) return null
  const rows = parseRows(answer.value.rows)
  if (rows.length > MOST_OPTIONS) return null
  const options = rows.flatMap(([value = null, shownAs = null]) => {
    const text = keyText(value)
    const words = keyText(shownAs) ?? ''
    if (text === null || text === '') return []
    return [{ value: text, label: words === '' || words === text ? text : `${words} (${text})` }]
  })
  if (options.length < rows.filter(([value = null]) => value !== null).length) return null
  return options.toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }))
}

/** Where rows are found by name: only where the column refers to the key that the answer has. */
function suggestionsOf({ urls }: FeatureDeps, database: Database, key: ForeignKey): string | null {
  const [only, ...others] = database.schema().table(key.otherTable)?.primaryKeys ?? []
  const isKey = only === key.otherColumn && others.length === 0
  return isKey ? `${urls.path(tablePath(database.name, key.otherTable))}/-/autocomplete` : null
}
