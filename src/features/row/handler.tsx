import { parseRows, type Cell } from '../../database/cells.ts'
import { selectedColumns } from '../../database/row-key.ts'
import { tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { foreignKeyLinks } from '../cells/foreign-key-links.ts'
import { cellLimit } from '../cells/cell.tsx'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, cachedDataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowsText } from '../json/row-json.ts'
import { askedStyle } from '../json/row-style.ts'
import { requireShape } from '../json/shape.ts'
import { requireExtras } from '../extras.ts'
import { ROW_EXTRAS, rowExtras } from './extras.ts'
import { requireFoundRow, type FoundRow } from './found-row.ts'
import { visitorLimits } from '../limits.ts'
import { queryString, rowPath, tablePath } from '../links.ts'
import { referringTables } from './referring-tables.ts'
import { cellLabels } from '../cells/cell-labels.ts'
import { rowJson } from './json.ts'
import { RowPage } from './page.tsx'
import { labelColumn } from '../label-column.ts'

/** Characters of the longest value that stands as the title of a page. */
const LABEL_CHARACTERS = 100

/** `GET /:database/:table/:pks{.json}`: one row by its primary key (host.md §9.8). */
export const rowHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const started = performance.now()
    const found = requireFoundRow(deps, params)
    const queryMs = performance.now() - started
    if (params['format'] !== 'json') return answerPage(deps, c, found)

    const query = parametersOf(c)
    const answer = {
      found,
      shape: requireShape(query),
      queryMs,
      ...askedStyle(query),
      extras: await rowExtras({ deps, c, found, selected: requireExtras(query, ROW_EXTRAS) }),
    }
    return rowJson(c, answer, cachedDataHeaders(c, deps.settings))
  }

async function answerPage(deps: FeatureDeps, c: AppContext, found: FoundRow): Promise<Response> {
  const { database, table, key, row } = found
  const { urls, permissions, settings } = deps
  const actor = c.get('actor')
  const json = `${rowPath(database.name, table.name, key)}.json${queryString(parametersOf(c))}`
  const columns = selectedColumns(table)
  const [cells = []] = parseRows(rowsText(columns, row))
  const limits = visitorLimits(deps, c)
  const referring = await referringTables(deps, actor, found, limits)

  return deps.page(c, {
    title: `${database.name}: ${table.name}: ${key.join(', ')}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name, table.name),
    headers: {
      ...cachedDataHeaders(c, settings),
      ...alternateLink(urls.absolute(c.req.raw, json)),
    },
    body: (
      <RowPage
        table={table}
        columns={columns}
        row={cells}
        keyValues={key}
        links={foreignKeyLinks(deps, actor, database, table)}
        labels={await cellLabels(deps, actor, database, table, columns, [cells], limits)}
        label={labelOf(deps, found, columns, cells)}
        rowLink={(key) => urls.path(rowPath(database.name, table.name, key))}
        isOwnPage
        referring={referring.map(({ key: { otherTable, otherColumn }, count, filter }) => ({
          label: `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'} of ${otherTable}, by ${otherColumn}`,
          path: urls.path(tablePath(database.name, otherTable)) + queryString([filter]),
        }))}
        maxCharacters={cellLimit(columns.length, 0)}
        isPrivate={isPrivate(permissions, actor, 'view-table', tableResource(database.name, table.name))}
        jsonPath={urls.path(json)}
      />
    ),
  })
}

/** The value by which people call the row, where it is a text and short. */
function labelOf(
  { config }: FeatureDeps,
  { database, table }: FoundRow,
  columns: readonly string[],
  cells: readonly Cell[],
): string | null {
  const name = labelColumn(database.schema(), table, config.table(database.name, table.name))
  const value = name === null ? null : (cells[columns.indexOf(name)] ?? null)
  return typeof value === 'string' && value !== '' && value.length <= LABEL_CHARACTERS ? value : null
}
