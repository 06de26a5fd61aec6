import type { QueryAnswer } from '../../database/database.ts'
import type { JsonObject } from '../../http/json.ts'
import { tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import { columnDetails } from '../column-details.ts'
import { columnTypesExtra, extrasExtra, requestExtra, tableMetadataExtra } from '../common-extras.ts'
import { facetResultsJson, sortedFacetsJson, type FacetPlace } from '../facets/facet-json.ts'
import { withFacet } from '../facets/facet-links.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeyOf } from '../foreign-key-labels.ts'
import type { JsonMember } from '../json/json-answer.ts'
import { separateRows } from '../json/shape.ts'
import { statementJson } from '../json/statement-json.ts'
import { labelColumn } from '../label-column.ts'
import { queryString } from '../links.ts'
import { isTruncated } from '../table-counts.ts'
import { describeColumns } from './display-columns.ts'
import { isSpecial } from './filters.ts'
import { countStatement, shownStatement } from './statements.ts'
import { tableDefinition } from './table-definition.ts'
import type { TableFacts } from './table-facts.ts'
import { humanDescription, type TableRequest } from './table-request.ts'

/** The parts that the document of a table can have beside its rows, and what each is (host.md §9.7). */
export const TABLE_EXTRAS = {
  count: 'How many rows meet the filters, up to 10,001',
  count_truncated: 'Whether there are more rows than count says',
  count_sql: 'The SQL that counts the rows',
  facet_results: 'The facets, counted',
  facets_timed_out: 'Columns whose facet took too long',
  suggested_facets: 'Columns that would make a facet',
  human_description_en: 'The filters and the order in words',
  columns: 'Names of the values in the rows',
  all_columns: 'Names of all columns, whatever was asked for',
  primary_keys: 'Names of the columns of the primary key',
  column_details: 'Every column as it is declared',
  display_columns: 'The columns as the page shows them',
  render_cell: 'HTML that plugins make of values; this server has none',
  debug: 'How the address was understood, for developers',
  request: 'The request: its address and parameters',
  query: 'The SQL behind the rows, and its values',
  column_types: 'What the values of columns mean',
  set_column_type_ui: 'What is needed to set the type of a column; null where that is not possible',
  metadata: 'What the metadata say about the table and its columns',
  extras: 'This list',
  database: 'Name of the database',
  table: 'Name of the table',
  database_color: 'Colour of the database, six hex digits',
  renderers: 'The same rows in other formats',
  custom_table_templates: 'Names of templates; this server has none',
  sorted_facet_results: 'The facets in the order of the page',
  table_definition: 'The SQL that made the table',
  view_definition: 'The SQL that made the view',
  is_view: 'Whether it is a view',
  private: 'Whether visitors who are not signed in may not see it',
  expandable_columns: 'Foreign keys whose values can have labels',
  form_hidden_args: 'Parameters that the forms of the page carry along',
} as const

export type TableExtra = keyof typeof TABLE_EXTRAS

/** What the parts are made from. */
export type ExtrasSource = {
  readonly deps: FeatureDeps
  readonly c: AppContext
  readonly request: TableRequest
  readonly facts: TableFacts
  readonly answer: QueryAnswer
  readonly selected: ReadonlySet<TableExtra>
}

/** Makes the parts that were asked for, in no order that means anything. */
export async function tableExtras(source: ExtrasSource): Promise<Readonly<Record<string, JsonMember>>> {
  const extras: Record<string, JsonMember> = {}
  for (const name of source.selected) extras[name] = await MAKERS[name](source)
  return extras
}

const MAKERS: Readonly<Record<TableExtra, (source: ExtrasSource) => JsonMember | Promise<JsonMember>>> = {
  count: async ({ facts }) => ({ value: await facts.count() }),
  count_truncated: async ({ facts }) => ({ value: isTruncated(await facts.count()) }),
  count_sql: ({ request }) => ({ value: countStatement(request.selection, 0).sql }),
  facet_results: async (source) => ({
    json: facetResultsJson(await source.facts.facets(), facetPlace(source)),
  }),
  facets_timed_out: async ({ facts }) => ({ value: (await facts.facets()).timedOut }),
  suggested_facets: async (source) => ({ value: await suggestedFacets(source) }),
  human_description_en: ({ request }) => ({ value: humanDescription(request) }),
  columns: ({ answer }) => ({ value: answer.columns }),
  all_columns: ({ request }) => ({ value: request.table.columns.map(({ name }) => name) }),
  primary_keys: ({ request }) => ({ value: request.table.primaryKeys }),
  column_details: ({ request }) => ({ value: columnDetails(request.table) }),
  display_columns: async ({ deps, request }) => ({ value: await describeColumns(deps, request) }),
  render_cell: ({ answer }) => ({ value: separateRows(answer.rows).map(() => ({})) }),
  debug: ({ request }) => ({ value: debug(request) }),
  request: ({ c }) => ({ value: requestExtra(c) }),
  query: ({ request }) => ({ json: statementJson(shownStatement(request.selection, request.size)) }),
  column_types: async ({ deps, request }) => ({
    value: await columnTypesExtra(deps, request.database.name, request.table.name),
  }),
  set_column_type_ui: () => ({ value: null }),
  metadata: ({ deps, request }) => ({
    value: tableMetadataExtra(deps.config, request.database.name, request.table.name),
  }),
  extras: ({ deps, c }) => ({ value: extrasExtra(deps, c, TABLE_EXTRAS) }),
  database: ({ request }) => ({ value: request.database.name }),
  table: ({ request }) => ({ value: request.table.name }),
  database_color: ({ request }) => ({ value: request.database.color }),
  renderers: ({ deps, request }) => ({
    value: { json: deps.urls.path(request.path) + queryString(request.query) },
  }),
  custom_table_templates: () => ({ value: [] }),
  sorted_facet_results: async (source) => ({
    json: sortedFacetsJson(
      await source.facts.facets(),
      source.request.config.facets.map(({ column }) => column),
      facetPlace(source),
    ),
  }),
  table_definition: ({ request }) => ({
    value: request.table.kind === 'view' ? null : tableDefinition(request.database, request.table.name),
  }),
  view_definition: ({ request }) => ({
    value: request.table.kind === 'view' ? tableDefinition(request.database, request.table.name) : null,
  }),
  is_view: ({ request }) => ({ value: request.table.kind === 'view' }),
  private: ({ deps, c, request }) => ({
    value: isPrivate(
      deps.permissions,
      c.get('actor'),
      'view-table',
      tableResource(request.database.name, request.table.name),
    ),
  }),
  expandable_columns: (source) => ({ value: expandableColumns(source) }),
  form_hidden_args: ({ request }) => ({ value: hiddenParameters(request.query) }),
}

function facetPlace({ deps, c, request }: ExtrasSource): FacetPlace {
  return { query: request.query, path: deps.urls.path(request.path), origin: deps.urls.origin(c.req.raw) }
}

async function suggestedFacets(source: ExtrasSource): Promise<readonly JsonObject[]> {
  const { query, path, origin } = facetPlace(source)
  const suggestions = await source.facts.suggestions()
  return suggestions.map(({ kind, column }) => ({
    name: column,
    ...(kind === 'column' ? {} : { type: kind }),
    toggle_url: origin + path + queryString(withFacet(query, kind, column)),
  }))
}

function debug({ database, table, format, query }: TableRequest): JsonObject {
  return {
    url_vars: { database: database.name, table: table.name, format },
    resolved: `${table.kind} ${table.name}`,
    nofacet: query.get('_nofacet'),
    nosuggest: query.get('_nosuggest'),
  }
}

/** Foreign keys to tables that this reader may see, each with the column that gives the label. */
function expandableColumns({ deps, c, request }: ExtrasSource) {
  const { database, table } = request
  const schema = database.schema()
  return table.foreignKeys.outgoing.flatMap((key) => {
    const other = schema.table(key.otherTable)
    if (other === null || foreignKeyOf(deps, c.get('actor'), database, table, key.column) === null) return []
    const label = labelColumn(schema, other, deps.config.table(database.name, other.name))
    return [[{ column: key.column, other_table: key.otherTable, other_column: key.otherColumn }, label]]
  })
}

function hiddenParameters(query: URLSearchParams): readonly (readonly [string, string])[] {
  const shown = ['_sort', '_sort_desc', '_search', '_next']
  return [...query].filter(([name]) => isSpecial(name) && !shown.includes(name))
}
