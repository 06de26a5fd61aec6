import type { Database, QueryAnswer, Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { separateRows } from '../json/shape.ts'
import { labelColumn } from '../label-column.ts'
import { visitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import { isSwitchedOn } from '../switches.ts'
import { autocompleteStatement, MOST_ROWS, type Wanted } from './statement.ts'

/** Longest search of a whole table, in milliseconds (host.md §6). */
const TIME_LIMIT_MS = 500

/** `GET /:database/:table/-/autocomplete`: rows for somebody who writes what one is called, or its key (host.md §9.12). Always JSON. */
export function autocompleteRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:database/:table/-/autocomplete',
      allow: { who: 'permitted', action: 'view-table' },
      handle: async (c, params) => {
        const database = requireDatabase(deps.databases, params['database'])
        const table = requireTable(database, params['table'])
        const wanted = wantedBy(parametersOf(c))
        const rows = wanted === null ? [] : await rowsFor(deps, c, database, table, wanted)
        return jsonAnswer(c, [`{"ok":true,"rows":[${rows.join(',')}]}`], dataHeaders(c))
      },
    },
  ]
}

/** Null when nothing was written and nothing else asked for. */
function wantedBy(query: URLSearchParams): Wanted | null {
  const text = (query.get('q') ?? '').trim()
  if (text !== '') return { kind: 'holding', text }
  return isSwitchedOn(query, '_initial') ? { kind: 'newest' } : null
}

/** The rows as JSON. Of a table that is too large to be searched in time, only the row whose key was written. */
async function rowsFor(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  wanted: Wanted,
): Promise<readonly string[]> {
  const label = labelColumn(database.schema(), table, deps.config.table(database.name, table.name))
  const isColumn = table.columns.some(({ name }) => name === label)
  const statement = autocompleteStatement(table, isColumn ? label : null, wanted)
  if (statement === null) return []

  const limits = visitorLimits(deps, c)
  const answer = await database.query({
    ...statement,
    ...limits,
    timeLimitMs: Math.min(limits.timeLimitMs, TIME_LIMIT_MS),
    maxRows: MOST_ROWS,
    shape: 'arrays',
  })
  if (answer.ok) return rowsJson(table, answer.value)
  if (answer.error.reason !== 'interrupted') throw queryRefusal(answer.error)
  return wanted.kind === 'holding'
    ? rowsFor(deps, c, database, table, { kind: 'exact', text: wanted.text })
    : []
}

function rowsJson(table: Table, { rows }: QueryAnswer): readonly string[] {
  const names = keyNames(table).map((name) => JSON.stringify(name))
  return separateRows(rows).map((row) => {
    const values = splitJsonArray(row)
    const pks = names.map((name, place) => `${name}:${values[place] ?? 'null'}`)
    return `{"pks":{${pks.join(',')}},"label":${values[names.length] ?? 'null'}}`
  })
}
