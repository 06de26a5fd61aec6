import type { AppContext } from '../../routing/context.ts'
import { cachedDataHeaders } from '../data-headers.ts'
import { requireExtras } from '../extras.ts'
import { asksForFacets } from '../facets/facet-request.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { askedStyle } from '../json/row-style.ts'
import { requireShape, rowsFor, rowsRefusal, separateRows, type Arrangement } from '../json/shape.ts'
import { isSwitchedOn } from '../switches.ts'
import { TABLE_EXTRAS, tableExtras, type TableExtra } from './extras.ts'
import { tableJson } from './json.ts'
import { readRows } from './read-rows.ts'
import { labelledColumns, rowLabels, withLabels } from './request-labels.ts'
import { tableFacts } from './table-facts.ts'
import type { TableRequest } from './table-request.ts'

/** A page of rows as JSON, in the shape and with the parts that the address asks for. */
export async function answerJson(deps: FeatureDeps, c: AppContext, request: TableRequest): Promise<Response> {
  const { query, size, table, selection } = request
  const selected = requireTableExtras(query)
  const facts = tableFacts(deps, c, request)
  const labelled = labelledColumns(deps, c, request)
  const arrangement: Arrangement = {
    shape: requireShape(query),
    lines: isSwitchedOn(query, '_nl'),
    isChanged: labelled.size > 0,
  }

  const rows = await readRows(request, size, { ...rowsFor(arrangement), ...askedStyle(query, []) })
  if (!rows.ok) throw rowsRefusal(rows.error, arrangement)
  const { answer, next } = rows.value
  const values = () => separateRows(answer.rows).map(splitJsonArray)
  const labels = labelled.size === 0 ? null : await rowLabels(deps, request, labelled, values())

  const isBare = arrangement.shape !== 'objects' && arrangement.shape !== 'arrays'
  const extras = isBare ? {} : await tableExtras({ deps, c, request, facts, answer, selected })
  return tableJson(
    c,
    {
      arrangement,
      answer,
      size,
      next: next === null ? null : { token: next.token, url: deps.urls.absolute(c.req.raw, next.path) },
      primaryKeys: table.primaryKeys,
      change: labels === null ? null : withLabels(selection.columns, labels),
      extras,
    },
    cachedDataHeaders(c, deps.settings),
  )
}

/** What `?_extra=` asks for, and what comes along: facets when the address names any, and whether a count is complete. */
function requireTableExtras(query: URLSearchParams): ReadonlySet<TableExtra> {
  const selected = new Set<TableExtra>(requireExtras(query, TABLE_EXTRAS))
  if (asksForFacets(query)) selected.add('facet_results')
  if (selected.has('count')) selected.add('count_truncated')
  return selected
}
