import { foldName } from './fold-name.ts'
import { sqlTokens } from './sql-text.ts'

/** A table as `sqlite_schema` lists it. */
export type ListedTable = { readonly name: string; readonly sql: string }

/** Which tables full-text search and other machinery keep for themselves, and which table has which index. */
export type TableRoles = {
  /** Whether a table is not meant for people (host.md §9.2), apart from what the configuration hides. */
  isHidden(name: string): boolean
  /** The full-text table that indexes a table, or that the table is itself; null when there is none. */
  ftsTableOf(name: string): string | null
  /**
   * The table whose content a table holds as well: that of a full-text table, or the virtual table that keeps this one
   * for itself; null for a table of its own.
   */
  hostOf(name: string): string | null
}

const SHADOW_SUFFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['fts3', ['content', 'segments', 'segdir', 'docsize', 'stat']],
  ['fts4', ['content', 'segments', 'segdir', 'docsize', 'stat']],
  ['fts5', ['content', 'data', 'idx', 'docsize', 'config']],
  ['rtree', ['node', 'parent', 'rowid']],
  ['rtree_i32', ['node', 'parent', 'rowid']],
  ['geopoly', ['node', 'parent', 'rowid']],
])

const SPATIALITE_TABLES = [
  'data_licenses',
  'elementarygeometries',
  'geometry_columns',
  'knn',
  'knn2',
  'spatial_ref_sys',
  'spatialindex',
  'spatialite_history',
  'sql_statements_log',
  'sqlite_sequence',
  'views_geometry_columns',
  'virts_geometry_columns',
]

/**
 * Reads the roles from the CREATE statements alone, so that ten thousand tables cost one query. Names are
 * compared as SQLite does, without regard to case.
 */
export function findTableRoles(tables: readonly ListedTable[], views: readonly string[] = []): TableRoles {
  const hidden = new Set<string>()
  const ftsTables = new Map<string, string>()
  const hosts = new Map<string, string>()
  const exact = new Map([...tables.map(({ name }) => name), ...views].map((name) => [foldName(name), name]))
  for (const { name, sql } of tables) {
    const virtual = virtualTable(sql)
    if (virtual === null) continue
    const { module, options } = virtual

    const lower = foldName(name)
    for (const suffix of SHADOW_SUFFIXES.get(module) ?? []) {
      hidden.add(`${lower}_${suffix}`)
      hosts.set(`${lower}_${suffix}`, name)
    }
    if (!module.startsWith('fts')) continue
    const host = exact.get(WORDS_OF_AN_INDEX.get(module)?.(options) ?? contentOption(options))
    if (host !== undefined && host !== name) hosts.set(lower, host)
    if (WORDS_OF_AN_INDEX.has(module)) continue
    if (/content=/i.test(sql)) hidden.add(lower)
    for (const indexed of [lower, ...contentTables(sql)]) {
      if (!ftsTables.has(indexed)) ftsTables.set(indexed, name)
    }
  }
  const hasSpatialite = tables.some(({ name }) => foldName(name) === 'geometry_columns')
  if (hasSpatialite) for (const name of SPATIALITE_TABLES) hidden.add(name)

  return {
    isHidden: (name) => {
      const lower = foldName(name)
      const isSpatialIndex = hasSpatialite && lower.startsWith('idx_')
      return name.startsWith('_') || /^sqlite_stat[1-4]$/.test(lower) || isSpatialIndex || hidden.has(lower)
    },
    ftsTableOf: (name) => ftsTables.get(foldName(name)) ?? null,
    hostOf: (name) => hosts.get(foldName(name)) ?? null,
  }
}

/** Modules whose tables list the words of an index: which of their arguments names it. */
const WORDS_OF_AN_INDEX: ReadonlyMap<string, (options: readonly string[]) => string> = new Map([
  ['fts5vocab', (options) => withoutQuotes(options.at(-2) ?? '')],
  ['fts4aux', (options) => withoutQuotes(options.at(-1) ?? '')],
])

/** The module of a virtual table in lower case and its arguments as they are written; null for an ordinary table. */
function virtualTable(sql: string): { readonly module: string; readonly options: readonly string[] } | null {
  if (!/^create virtual table/i.test(sql)) return null
  const tokens = [...sqlTokens(sql)].filter(({ kind }) => kind !== 'comment')
  const using = tokens.findIndex(({ kind, text }) => kind === 'word' && foldName(text) === 'using')
  const [module, ...rest] = tokens.slice(using + 1).filter(({ kind }, place) => place > 1 || kind !== 'space')
  if (module === undefined) return null
  const options = ['']
  for (const { text } of rest.slice(rest.findIndex(({ text }) => text === '(') + 1)) {
    if (text === ',') options.push('')
    else options.push(`${options.pop() ?? ''}${text}`)
  }
  return {
    module: withoutQuotes(module.text),
    options: options.map((option) => option.replace(/\)\s*(?:;\s*)?$/, '').trim()),
  }
}

/** A name without its quotes, in lower case. */
function withoutQuotes(text: string): string {
  const [open = ''] = text
  const close = open === '[' ? ']' : open
  const isQuoted = text.length > 1 && `'"\`[`.includes(open) && text.endsWith(close)
  return foldName(isQuoted ? text.slice(1, -1).replaceAll(close + close, close) : text)
}

/** The table that a full-text table indexes, in lower case, where it is quoted with `"…"` or `[…]` (host.md §9.3). */
function contentTables(sql: string): readonly string[] {
  return [...sql.matchAll(/content=(?:"((?:[^"]|"")*)"|\[([^\]]*)(?:\]|$))/gi)].map(([, quoted, bracketed]) =>
    foldName(quoted?.replaceAll('""', '"') ?? bracketed ?? ''),
  )
}

/** The value of the option `content=`, in lower case; empty without one. SQLite takes a part of an option's name for the whole. */
function contentOption(options: readonly string[]): string {
  for (const option of options) {
    const [, name = '', value = ''] = /^(\w+)\s*=\s*(.*)$/s.exec(option) ?? []
    if (name !== '' && 'content'.startsWith(foldName(name))) return withoutQuotes(value.trim())
  }
  return ''
}
