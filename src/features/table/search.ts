import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import { HttpError } from '../../http/http-error.ts'
import type { Permissions } from '../../permissions/permissions.ts'
import type { FeatureDeps, TableConfig } from '../feature-deps.ts'
import { hostTables, maySeeTable } from '../visible-tables.ts'
import type { Condition } from './condition.ts'

/** Where the words of a table are looked up. */
export type FullText = {
  /** The full-text table. */
  readonly table: string
  /** The column of the searched table that holds the row numbers of the full-text table. */
  readonly key: string
  /** Whether what people type is SQLite's own language of searches; else it is words. */
  readonly isRaw: boolean
}

/**
 * The full-text table of a table or view: the one that the address names, that the configuration names, or that
 * was made for this table; null without one. An address may name only what its reader may see (host.md §9.3).
 */
export function fullTextOf(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  query: URLSearchParams,
  database: Database,
  table: Table,
  config: TableConfig,
): FullText | null {
  const own = config.fullText.table ?? table.ftsTable
  const name = query.get('_fts_table') ?? own
  if (name === null) return null
  // Under exactly this name: SQLite would find a table in other letters, of which the rules do not speak.
  const found = database.schema().table(name)
  if (name === own) {
    if (found === null || !mayReadTextOf(permissions, actor, database, table, name)) return null
  } else {
    const isFullText = /^create virtual table\b.*\busing\s+fts/is.test(found?.sql ?? '')
    if (!isFullText || !maySeeTable(permissions, actor, database, name)) {
      throw new HttpError(400, '_fts_table= must be a full-text table')
    }
  }
  return {
    table: name,
    key: query.get('_fts_pk') ?? config.fullText.key ?? 'rowid',
    isRaw:
      query.get('_searchmode') === 'raw' || (config.fullText.isRaw && query.get('_searchmode') !== 'escaped'),
  }
}

/**
 * Whether the text of a full-text table is this table's own, or that of tables which the reader may see. It is that of the
 * tables whose content it indexes, or else its own; a rule about the index of an open table is not needed.
 */
function mayReadTextOf(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  table: Table,
  fullText: string,
): boolean {
  const hosts = hostTables((one) => database.schema().hostOf(one), fullText)
  const texts = hosts.length === 0 ? [fullText] : hosts
  return texts.every((text) => text === table.name || maySeeTable(permissions, actor, database, text))
}

/**
 * `?_search=` in all columns of the full-text table, or `?_search_COLUMN=` in single ones. Without a full-text table
 * they mean nothing, as in Datasette. `escape_fts` is a function of our readers, `escape-fts.ts`.
 */
export function searchConditions(
  query: URLSearchParams,
  database: Database,
  fullText: FullText | null,
): readonly Condition[] {
  if (fullText === null) return []
  const name = readableIdentifier
  const found = (column: string, placeholder: string) => {
    const words = fullText.isRaw ? placeholder : `escape_fts(${placeholder})`
    return `(select rowid from ${name(fullText.table)} where ${name(column)} match ${words})`
  }

  const everywhere = query.get('_search')
  if (everywhere !== null) {
    return [
      {
        sql: (bind) => `${name(fullText.key)} in ${found(fullText.table, bind(everywhere, 'search'))}`,
        words: `search matches "${everywhere}"`,
      },
    ]
  }
  return columnSearches(query).map(({ column, text }, place) => {
    requireSearchable(database, fullText, column)
    return {
      sql: (bind) => `${name(fullText.key)} in ${found(column, bind(text, `search_${place}`))}`,
      words: `search column "${column}" matches "${text}"`,
    }
  })
}

function columnSearches(query: URLSearchParams) {
  const prefix = '_search_'
  return [...query]
    .filter(([parameter]) => parameter.startsWith(prefix) && !parameter.includes('__'))
    .map(([parameter, text]) => ({ column: parameter.slice(prefix.length), text }))
}

function requireSearchable(database: Database, fullText: FullText, column: string): void {
  const columns = database.schema().table(fullText.table)?.columns ?? []
  const isColumn = columns.some(({ name, hidden }) => name === column && hidden === 0)
  if (!isColumn) throw new HttpError(400, 'Cannot search by that column')
}
