import { parseRows } from '../../database/cells.ts'
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
import { deleteRowPath, editRowPath, queryString, rowPath, tablePath } from '../links.ts'
import { pageSettings, rowRights } from '../row-actions.tsx'
import { referringTables } from '../referring-tables.ts'
import { cellLabels } from '../cells/cell-labels.ts'
import { rowJson } from './json.ts'
import { RowPage } from './page.tsx'
import { rowLabel } from '../row-label.ts'

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
  const rights = rowRights(deps, actor, database, table)
  const referring = await referringTables(deps, actor, found, limits)

  return deps.page(c, {
    title: `${database.name}: ${table.name}: ${key.join(', ')}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name, table.name),
    headers: {
      ...cachedDataHeaders(c, pageSettings(settings, rights.update || rights.delete)),
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
        label={rowLabel(deps, database, table, row)}
        rowLink={(key) => urls.path(rowPath(database.name, table.name, key))}
        isOwnPage
        referring={referring.map(({ key: { otherTable, otherColumn }, count, filter }) => ({
          label: `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'} of ${otherTable}, by ${otherColumn}`,
          path: urls.path(tablePath(database.name, otherTable)) + queryString([filter]),
        }))}
        maxCharacters={cellLimit(columns.length, 0)}
        isPrivate={isPrivate(permissions, actor, 'view-table', tableResource(database.name, table.name))}
        jsonPath={urls.path(json)}
        editPath={rights.update ? urls.path(editRowPath(database.name, table.name, key)) : null}
        deletePath={rights.delete ? urls.path(deleteRowPath(database.name, table.name, key)) : null}
      />
    ),
  })
}
