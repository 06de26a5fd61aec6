import { parseRows, type Cell } from '../../database/cells.ts'
import { foldName } from '../../database/fold-name.ts'
import { keyNames, selectedColumns } from '../../database/row-key.ts'
import type { JsonObject } from '../../http/json.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, cachedDataHeaders, nextLink } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { changedParameters, columnTypesPath, queryPath, queryString, tablePath } from '../links.ts'
import { pageSettings, rowRights } from '../row-actions.tsx'
import type { Statement } from '../statement.ts'
import { isTruncated, type RowCount } from '../table-counts.ts'
import { tableActions } from './actions.ts'
import { columnMenu } from './column-items.ts'
import { facetPanels, suggestionLinks } from './facet-panels.ts'
import { filtersOf, isSpecial, unknownFilters } from './filters.ts'
import { TablePage } from './page.tsx'
import { shownStatement } from './statements.ts'
import { hasRoomInHeadings, pageTable, requirePageRows } from './page-table.tsx'
import type { TableRows } from './read-rows.ts'
import { sortableColumns } from './request.ts'
import { tableFacts } from './table-facts.ts'
import { humanDescription, type TableRequest } from './table-request.ts'

/** Parameters for which the filter form has fields, and the page, which begins anew. */
const SORT_PARAMETERS: readonly string[] = ['_sort', '_sort_desc', '_next']

/** All rows as a file. */
const ALL_AS_FILE = [
  ['_stream', 'on'],
  ['_dl', 'on'],
] as const

/** A page of rows for people. */
export async function answerPage(deps: FeatureDeps, c: AppContext, request: TableRequest): Promise<Response> {
  const { urls, settings, permissions, config } = deps
  const { database, table, query, conditions, sort, selection } = request
  const facts = tableFacts(deps, c, request)
  const page = await requirePageRows(request)
  const { answer, next } = page
  const rows = parseRows(answer.rows)
  const count = await facts.count()
  const { facets, timedOut } = await facts.facets()
  const suggestions = await facts.suggestions()

  const actor = c.get('actor')
  const here = urls.path(tablePath(database.name, table.name))
  const metadata = config.tableMetadata(database.name, table.name)
  const sortable = sortableColumns(table, request.config.sortableColumns)
  const mayRunSql = permissions.allows(actor, 'execute-sql', databaseResource(database.name))
  const statement = shownStatement(selection, request.size)
  const filters = filtersOf(query)
  const resource = tableResource(database.name, table.name)
  const typesPath = permissions.allows(actor, 'set-column-type', resource)
    ? urls.path(columnTypesPath(database.name, table.name))
    : null
  const actions = tableActions(deps, actor, database, table)
  const rights = rowRights(deps, actor, database, table)
  const mayChange = actions.length > 0 || rights.update || rights.delete
  const hasRoom = hasRoomInHeadings(request, answer.columns.length)
  const formats = {
    json: `${here}.json${queryString(query)}`,
    csv: `${here}.csv${queryString(query)}`,
    allCsv: `${here}.csv${queryString(changedParameters(query, ['_next', '_size'], ALL_AS_FILE))}`,
  }
  return deps.page(c, {
    title: `${database.name}: ${table.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    headers: {
      ...cachedDataHeaders(c, pageSettings(settings, mayChange)),
      ...pageLink(deps, c, request, page),
    },
    body: (
      <TablePage
        {...await pageTable(deps, c, request, answer.columns, rows)}
        metadata={metadata}
        isPrivate={isPrivate(permissions, actor, 'view-table', tableResource(database.name, table.name))}
        summary={`${rowCount(count, rows, next !== null)} ${humanDescription(request)}`.trim()}
        stopsEarly={next !== null && rows.length < request.size}
        actions={actions}
        conditions={conditions.where}
        unknownFilters={unknownFilters(query)}
        unknownColumns={unknownColumns(request)}
        allPath={conditions.all.length === 0 ? null : here + queryString(withoutConditions(query))}
        filterForm={{
          action: here,
          columns: selectedColumns(table),
          filters,
          sort,
          sortable,
          hidden: [...query].filter(([name]) => isSpecial(name) && !SORT_PARAMETERS.includes(name)),
        }}
        searchForm={
          conditions.fullText === null
            ? null
            : {
                action: here,
                search: query.get('_search') ?? '',
                hidden: changedParameters(query, ['_search', '_next'], []),
              }
        }
        columnChooser={{
          action: here,
          columns: table.columns
            .filter(({ name }) => !keyNames(table).includes(name))
            .map(({ name }) => ({ name, isShown: answer.columns.includes(name) })),
          hidden: [...query].filter(([name]) => !['_col', '_nocol'].includes(name)),
        }}
        facets={facetPanels(
          facets,
          request.config.facets.map(({ column }) => column),
          query,
          here,
        )}
        slowFacets={timedOut}
        suggestions={suggestionLinks(suggestions, query, here)}
        columnMenu={(name, hasBlanks) =>
          hasRoom &&
          columnMenu(
            {
              request,
              here,
              sortable,
              facets,
              allowsFacets: settings.allow_facet,
              typesPath,
              descriptions: texts(metadata['columns']),
            },
            name,
            hasBlanks,
          )
        }
        firstPath={query.has('_next') ? here + queryString(changedParameters(query, ['_next'], [])) : null}
        nextPath={next === null ? null : urls.path(next.path)}
        formats={[
          { label: 'JSON', path: formats.json },
          { label: 'CSV', path: formats.csv },
          ...(settings.allow_csv_stream ? [{ label: 'CSV of all rows', path: formats.allCsv }] : []),
        ]}
        copyAs={{
          jsonPath: formats.json,
          csvPath: formats.csv,
          jsonUrl: urls.origin(c.req.raw) + formats.json,
        }}
        sql={statement.sql}
        sqlPath={mayRunSql ? urls.path(queryPath(database.name)) + queryString(asQuery(statement)) : null}
      />
    ),
  })
}

/** The number of rows in words; of those on the page when they were not counted. */
function rowCount(count: RowCount, rows: readonly (readonly Cell[])[], hasMore: boolean): string {
  if (isTruncated(count)) return 'More than 10,000 rows'
  if (count === 1) return '1 row'
  if (count !== null) return `${count.toLocaleString('en')} rows`
  return hasMore ? `More than ${rows.length.toLocaleString('en')} rows` : 'Rows'
}

/** Names in filters that the table does not have; nothing is known of what cannot be read. */
function unknownColumns({ table, query }: TableRequest): readonly string[] {
  const known = new Set([...selectedColumns(table), 'rowid', '_rowid_', 'oid'].map(foldName))
  if (table.columns.length === 0) return []
  const names = filtersOf(query).map(({ column }) => column)
  return [...new Set(names.filter((name) => !known.has(foldName(name))))]
}

/** The parameters without those that leave rows out. */
function withoutConditions(query: URLSearchParams) {
  return [...query].filter(
    ([name]) =>
      isSpecial(name) && !['_next', '_where', '_through'].includes(name) && !name.startsWith('_search'),
  )
}

/** The Link header of a page: the next page, or on the last one the same data as JSON (host.md §8.6). */
function pageLink({ urls }: FeatureDeps, c: AppContext, { path, query }: TableRequest, { next }: TableRows) {
  if (next !== null) return nextLink(urls.absolute(c.req.raw, next.path))
  return alternateLink(urls.absolute(c.req.raw, `${path}.json${queryString(query)}`))
}

/** A statement as parameters of the query page, which takes every value as text. */
function asQuery({ sql, params }: Statement): readonly (readonly [string, string])[] {
  const values = Object.entries(params).map(([name, value]) => [name, String(value ?? '')] as const)
  return [['sql', sql], ...values]
}

/** The texts of an object of the metadata by name. */
function texts(value: JsonObject[string] | undefined): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
