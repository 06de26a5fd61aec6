import { parseRows } from '../../database/cells.ts'
import type { Database, QueryAnswer, ReadQuery, Table } from '../../database/database.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { foreignKeyLinks } from '../cells/foreign-key-links.ts'
import { PAGE_ROWS, rowsOnPage } from '../cells/page-rows.ts'
import { cellLimit } from '../cells/cell.tsx'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, cachedDataHeaders, nextLink } from '../data-headers.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps, Sort } from '../feature-deps.ts'
import { requireShape, rowsFor, rowsRefusal, type Arrangement } from '../json/shape.ts'
import { visitorLimits } from '../limits.ts'
import { changedParameters, queryPath, queryString, rowPath, tablePath } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { isSwitchedOn } from '../switches.ts'
import { requireConditions } from './conditions.ts'
import { tableJson } from './json.ts'
import { nextToken } from './next-page.ts'
import { tableOrder } from './order.ts'
import { TablePage } from './page.tsx'
import { pageQuery, type Statement } from './query.ts'
import { refuseFilters, requireSize, requireSort, requireStart, sortableColumns } from './request.ts'

/** `GET /:database/:table{.json}`: one page of a table's or view's rows (host.md §9.3). */
export const tableHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = await readPage(deps, c, params)
    return params['format'] === 'json' ? answerJson(deps, c, view) : answerPage(deps, c, view)
  }

/** What a page of rows is made from. */
type View = {
  readonly database: Database
  readonly table: Table
  readonly query: URLSearchParams
  /** Rows that were asked for, and that the page may hold. */
  readonly asked: number
  readonly size: number
  /** What the rows have to meet, as SQL. */
  readonly conditions: readonly string[]
  readonly sort: Sort | null
  readonly statement: Statement
  readonly answer: QueryAnswer
  /** The next page in the same format, its path without the base URL; null on the last page. */
  readonly next: { readonly token: string; readonly path: string } | null
}

async function readPage(deps: FeatureDeps, c: AppContext, params: RouteParams): Promise<View> {
  const database = requireDatabase(deps.databases, params['database'])
  const table = requireTable(database, params['table'])
  const isJson = params['format'] === 'json'
  const query = new URL(c.req.url).searchParams

  const config = deps.config.table(database.name, table.name)
  refuseFilters(query)
  const asked = requireSize(query, config, deps.settings)
  const size = isJson ? asked : Math.min(asked, rowsOnPage(table.columns.length))
  const sort = requireSort(query, table, config)
  const conditions = requireConditions(deps, c, query, database, table)
  const order = tableOrder(table, sort)
  const selection = { table, conditions, order, start: requireStart(query, order) }
  const arrangement = isJson ? requireArrangement(query) : null

  const limits = visitorLimits(deps, c)
  const statement = pageQuery(selection, size)
  const ask = (rows: Pick<ReadQuery, 'shape' | 'maxBytes'>, maxRows: number) =>
    database.query({ ...statement, ...limits, ...rows, maxRows })
  let answer = await ask(arrangement === null ? PAGE_ROWS : rowsFor(arrangement), size)
  // A row that is larger than a page has a page of its own: the rows behind it must stay within reach.
  if (arrangement === null && !answer.ok && answer.error.reason === 'too-large') {
    answer = await ask({ shape: PAGE_ROWS.shape }, 1)
  }
  if (!answer.ok) {
    throw arrangement === null ? queryRefusal(answer.error) : rowsRefusal(answer.error, arrangement)
  }

  const token = await nextToken({ ...selection, database, limits }, answer.value)
  const path = `${tablePath(database.name, table.name)}${isJson ? '.json' : ''}`
  const next = token === null ? null : { token, path: path + queryString(nextParameters(query, sort, token)) }
  return { database, table, query, size, asked, conditions, sort, statement, answer: answer.value, next }
}

function requireArrangement(query: URLSearchParams): Arrangement {
  return { shape: requireShape(query), lines: isSwitchedOn(query, '_nl') }
}

/** The parameters of the next page. The order is repeated even when it came from the configuration. */
function nextParameters(query: URLSearchParams, sort: Sort | null, token: string) {
  const order = sort === null ? [] : [sortParameter(sort)]
  return changedParameters(query, ['_next', '_sort', '_sort_desc'], [['_next', token], ...order])
}

function sortParameter({ column, descending }: Sort): readonly [string, string] {
  return [descending ? '_sort_desc' : '_sort', column]
}

function answerJson({ settings, urls }: FeatureDeps, c: AppContext, view: View): Response {
  const { table, query, answer, size, next } = view
  return tableJson(
    c,
    {
      ...requireArrangement(query),
      answer,
      size,
      next: next === null ? null : { token: next.token, url: urls.absolute(c.req.raw, next.path) },
      primaryKeys: table.primaryKeys,
    },
    cachedDataHeaders(c, settings),
  )
}

function answerPage(deps: FeatureDeps, c: AppContext, view: View): Promise<Response> {
  const { urls, settings, permissions, config } = deps
  const { database, table, query, conditions, sort, next, statement } = view
  const rows = parseRows(view.answer.rows)
  const actor = c.get('actor')
  const here = urls.path(tablePath(database.name, table.name))
  const metadata = config.tableMetadata(database.name, table.name)
  const sortable = sortableColumns(table, config.table(database.name, table.name).sortableColumns)
  const mayRunSql = permissions.allows(actor, 'execute-sql', databaseResource(database.name))

  return deps.page(c, {
    title: `${database.name}: ${table.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    headers: { ...cachedDataHeaders(c, settings), ...pageLink(deps, c, view) },
    body: (
      <TablePage
        table={table}
        metadata={metadata}
        isPrivate={isPrivate(permissions, actor, 'view-table', tableResource(database.name, table.name))}
        columns={view.answer.columns}
        rows={rows}
        stopsEarly={next !== null && rows.length < view.asked}
        links={foreignKeyLinks(deps, actor, database, table)}
        rowLink={(key) => urls.path(rowPath(database.name, table.name, key))}
        maxCharacters={cellLimit(table.columns.length, settings.truncate_cells_html)}
        conditions={conditions}
        allPath={here + queryString(changedParameters(query, ['_next', '_where'], []))}
        sort={sort}
        sortPath={(wanted) =>
          sortable.includes(wanted.column) ? here + queryString(sorted(query, wanted)) : null
        }
        firstPath={query.has('_next') ? here + queryString(changedParameters(query, ['_next'], [])) : null}
        nextPath={next === null ? null : urls.path(next.path)}
        jsonPath={`${here}.json${queryString(query)}`}
        sql={statement.sql}
        sqlPath={mayRunSql ? urls.path(queryPath(database.name)) + queryString(asQuery(statement)) : null}
      />
    ),
  })
}

/** The Link header of a page: the next page, or on the last one the same data as JSON (host.md §8.6). */
function pageLink({ urls }: FeatureDeps, c: AppContext, { database, table, query, next }: View) {
  if (next !== null) return nextLink(urls.absolute(c.req.raw, next.path))
  const json = `${tablePath(database.name, table.name)}.json${queryString(query)}`
  return alternateLink(urls.absolute(c.req.raw, json))
}

/** The parameters of the first page in another order. */
function sorted(query: URLSearchParams, sort: Sort) {
  return changedParameters(query, ['_next', '_sort', '_sort_desc'], [sortParameter(sort)])
}

/** A statement as parameters of the query page, which takes every value as text. */
function asQuery({ sql, params }: Statement): readonly (readonly [string, string])[] {
  const values = Object.entries(params).map(([name, value]) => [name, String(value ?? '')] as const)
  return [['sql', sql], ...values]
}
