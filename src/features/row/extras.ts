import { formatCell } from '../../database/row-json.ts'
import { keyNames, selectedColumns } from '../../database/row-key.ts'
import { tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import { columnDetails } from '../column-details.ts'
import { columnTypesExtra, extrasExtra, requestExtra, tableMetadataExtra } from '../common-extras.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowStatement } from '../find-row.ts'
import type { JsonMember } from '../json/json-answer.ts'
import { objectText } from '../json/json-value.ts'
import { statementJson } from '../json/statement-json.ts'
import { visitorLimits } from '../limits.ts'
import { tablePath, queryString } from '../links.ts'
import type { FoundRow } from './found-row.ts'
import { referringTables } from '../referring-tables.ts'

/** The parts that the document of a row can have beside it, and what each is (host.md §9.7). */
export const ROW_EXTRAS = {
  columns: 'Names of the values of the row',
  primary_keys: 'Names of the columns of the primary key',
  column_details: 'Every column as it is declared',
  render_cell: 'HTML that plugins make of values; this server has none',
  debug: 'How the address was understood, for developers',
  request: 'The request: its address and parameters',
  query: 'The SQL behind the row, and its values',
  column_types: 'What the values of columns mean',
  metadata: 'What the metadata say about the table and its columns',
  extras: 'This list',
  database: 'Name of the database',
  table: 'Name of the table',
  database_color: 'Colour of the database, six hex digits',
  private: 'Whether visitors who are not signed in may not see it',
  foreign_key_tables: 'Tables that refer to this row, with the number of rows that do',
} as const

export type RowExtra = keyof typeof ROW_EXTRAS

type Source = {
  readonly deps: FeatureDeps
  readonly c: AppContext
  readonly found: FoundRow
  readonly selected: ReadonlySet<RowExtra>
}

/** Makes the parts that were asked for. */
export async function rowExtras(source: Source): Promise<Readonly<Record<string, JsonMember>>> {
  const extras: Record<string, JsonMember> = {}
  for (const name of source.selected) extras[name] = await MAKERS[name](source)
  return extras
}

const MAKERS: Readonly<Record<RowExtra, (source: Source) => JsonMember | Promise<JsonMember>>> = {
  columns: ({ found }) => ({ value: selectedColumns(found.table) }),
  primary_keys: ({ found }) => ({ value: keyNames(found.table) }),
  column_details: ({ found }) => ({ value: columnDetails(found.table) }),
  render_cell: () => ({ value: [{}] }),
  debug: ({ found }) => ({ json: debug(found) }),
  request: ({ c }) => ({ value: requestExtra(c) }),
  query: ({ found }) => ({ json: queryJson(found) }),
  column_types: async ({ deps, found }) => ({
    value: await columnTypesExtra(deps, found.database.name, found.table.name),
  }),
  metadata: ({ deps, found }) => ({
    value: tableMetadataExtra(deps.config, found.database.name, found.table.name),
  }),
  extras: ({ deps, c }) => ({ value: extrasExtra(deps, c, ROW_EXTRAS) }),
  database: ({ found }) => ({ value: found.database.name }),
  table: ({ found }) => ({ value: found.table.name }),
  database_color: ({ found }) => ({ value: found.database.color }),
  private: ({ deps, c, found }) => ({
    value: isPrivate(
      deps.permissions,
      c.get('actor'),
      'view-table',
      tableResource(found.database.name, found.table.name),
    ),
  }),
  foreign_key_tables: async ({ deps, c, found }) => {
    const tables = await referringTables(deps, c.get('actor'), found, visitorLimits(deps, c))
    return {
      value: tables.map(({ key, count, filter }) => ({
        other_table: key.otherTable,
        column: key.column,
        other_column: key.otherColumn,
        count,
        link: deps.urls.path(tablePath(found.database.name, key.otherTable)) + queryString([filter]),
      })),
    }
  },
}

function queryJson({ table, key }: FoundRow): string {
  const statement = rowStatement(table, key)
  return statement === null ? 'null' : statementJson(statement)
}

function debug({ database, table, key }: FoundRow): string {
  const vars = { database: database.name, table: table.name, pks: key.join(','), format: 'json' }
  const statement = rowStatement(table, key)
  const { sql, params } = statement ?? { sql: null, params: {} }
  const values = Object.entries(params).map(([name, value]) => [name, formatCell(value)] as const)
  return objectText([
    ['url_vars', JSON.stringify(vars)],
    [
      'resolved',
      objectText([
        ['table', JSON.stringify(table.name)],
        ['sql', JSON.stringify(sql)],
        ['params', objectText(values)],
        ['pks', JSON.stringify(keyNames(table))],
        ['pk_values', JSON.stringify(key)],
      ]),
    ],
  ])
}
