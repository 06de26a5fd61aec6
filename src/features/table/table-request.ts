import type { Database, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps, Sort, TableConfig } from '../feature-deps.ts'
import { visitorLimits, type VisitorLimits } from '../limits.ts'
import { tablePath } from '../links.ts'
import { requireColumns } from './column-choice.ts'
import { requireConditions, type Conditions } from './conditions.ts'
import { tableOrder } from './order.ts'
import type { Selection } from './statements.ts'
import { requireSize, requireSort, requireStart } from './request.ts'

/** What an address asks of a table or view, in whatever format (host.md §9.3). */
export type TableRequest = {
  readonly database: Database
  readonly table: Table
  readonly config: TableConfig
  readonly query: URLSearchParams
  /** What is made of it; null for a page. */
  readonly format: 'json' | 'csv' | null
  /** The path of this address without the base URL, with its format. */
  readonly path: string
  /** Rows on a page. */
  readonly size: number
  readonly sort: Sort | null
  readonly conditions: Conditions
  readonly selection: Selection
  readonly limits: VisitorLimits
}

/** Reads an address; throws the refusal for what it cannot ask. */
export function requireTableRequest(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  format: TableRequest['format'],
): TableRequest {
  const database = requireDatabase(deps.databases, params['database'])
  const table = requireTable(database, params['table'])
  const query = parametersOf(c)
  const config = deps.config.table(database.name, table.name)

  const size = requireSize(query, config, deps.settings)
  const sort = requireSort(query, table, config)
  const conditions = requireConditions(deps, c, query, database, table)
  const order = tableOrder(table, sort, database.schema().columnIndexes(table.name))
  return {
    database,
    table,
    config,
    query,
    format,
    path: tablePath(database.name, table.name) + (format === null ? '' : `.${format}`),
    size,
    sort,
    conditions,
    selection: {
      table,
      columns: requireColumns(query, table),
      conditions: conditions.all,
      order,
      start: requireStart(query, order),
    },
    limits: requireLimits(visitorLimits(deps, c), query),
  }
}

/** `?_timelimit=` makes the time for a query shorter, never longer. */
function requireLimits(limits: VisitorLimits, query: URLSearchParams): VisitorLimits {
  const asked = query.get('_timelimit') ?? ''
  if (asked === '') return limits
  if (!/^\d{1,9}$/.test(asked)) throw new HttpError(400, '_timelimit must be a number of milliseconds')
  return { ...limits, timeLimitMs: Math.min(Number(asked), limits.timeLimitMs) }
}

/** The filters and the order in words (`human_description_en`); empty for none. */
export function humanDescription({ conditions, sort }: Pick<TableRequest, 'conditions' | 'sort'>): string {
  const order = sort === null ? '' : `sorted by ${sort.column}${sort.descending ? ' descending' : ''}`
  return [conditions.words, order].filter(Boolean).join(' ')
}
