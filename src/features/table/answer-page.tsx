import { parseRows } from '../../database/cells.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import { cellLimit } from '../cells/cell.tsx'
import { foreignKeyLinks } from '../cells/foreign-key-links.ts'
import { PAGE_ROWS, rowsOnPage } from '../cells/page-rows.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, cachedDataHeaders, nextLink } from '../data-headers.ts'
import type { FeatureDeps, Sort } from '../feature-deps.ts'
import { changedParameters, queryPath, queryString, rowPath, tablePath } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { TablePage } from './page.tsx'
import { shownQuery } from './query.ts'
import { readRows, sortParameter, type TableRows } from './read-rows.ts'
import { sortableColumns } from './request.ts'
import type { TableRequest } from './table-request.ts'

/** A page of rows for people. */
export async function answerPage(deps: FeatureDeps, c: AppContext, request: TableRequest): Promise<Response> {
  const { urls, settings, permissions, config } = deps
  const { database, table, query, conditions, sort, selection } = request
  const page = await readPage(request)
  const { answer, next } = page
  const rows = parseRows(answer.rows)
  const actor = c.get('actor')
  const here = urls.path(tablePath(database.name, table.name))
  const sortable = sortableColumns(table, request.config.sortableColumns)
  const mayRunSql = permissions.allows(actor, 'execute-sql', databaseResource(database.name))
  const statement = shownQuery(selection, request.size)
  return deps.page(c, {
    title: `${database.name}: ${table.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    headers: { ...cachedDataHeaders(c, settings), ...pageLink(deps, c, request, page) },
    body: (
      <TablePage
        table={table}
        metadata={config.tableMetadata(database.name, table.name)}
        isPrivate={isPrivate(permissions, actor, 'view-table', tableResource(database.name, table.name))}
        columns={answer.columns}
        rows={rows}
        stopsEarly={next !== null && rows.length < request.size}
        links={foreignKeyLinks(deps, actor, database, table)}
        rowLink={(key) => urls.path(rowPath(database.name, table.name, key))}
        maxCharacters={cellLimit(table.columns.length, settings.truncate_cells_html)}
        conditions={conditions.where}
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

/** A row that is larger than a page has a page of its own: the rows behind it must stay within reach. */
async function readPage(request: TableRequest): Promise<TableRows> {
  const size = Math.min(request.size, rowsOnPage(request.selection.columns.length))
  const rows = await readRows(request, size, PAGE_ROWS)
  if (rows.ok) return rows.value
  if (rows.error.reason !== 'too-large') throw queryRefusal(rows.error)
  const one = await readRows(request, 1, { shape: PAGE_ROWS.shape })
  if (!one.ok) throw queryRefusal(one.error)
  return one.value
}

/** The Link header of a page: the next page, or on the last one the same data as JSON (host.md §8.6). */
function pageLink({ urls }: FeatureDeps, c: AppContext, { path, query }: TableRequest, { next }: TableRows) {
  if (next !== null) return nextLink(urls.absolute(c.req.raw, next.path))
  return alternateLink(urls.absolute(c.req.raw, `${path}.json${queryString(query)}`))
}

/** The parameters of the first page in another order. */
function sorted(query: URLSearchParams, sort: Sort) {
  return changedParameters(query, ['_next', '_sort', '_sort_desc'], [sortParameter(sort)])
}

/** A statement as parameters of the query page, which takes every value as text. */
function asQuery({ sql, params }: ReturnType<typeof shownQuery>): readonly (readonly [string, string])[] {
  const values = Object.entries(params).map(([name, value]) => [name, String(value ?? '')] as const)
  return [['sql', sql], ...values]
}
