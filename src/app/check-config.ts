import type { Config } from '../config/schema.ts'
import { DatabaseBusyError } from '../database/busy.ts'
import type { Database } from '../database/database.ts'
import type { Databases } from '../database/open-databases.ts'
import { selectedColumns } from '../database/row-key.ts'
import { sqliteErrorCode } from '../database/sqlite-error.ts'
import type { Action } from '../permissions/action.ts'

/** What is wrong with a configuration that is well-formed, a sentence each. */
export type ConfigReport = {
  /** What can never mean anything: the server does not start. */
  readonly faults: readonly string[]
  /** What means nothing here: a name that nobody knows. */
  readonly warnings: readonly string[]
}

/** What a configuration is read against. */
export type ConfigWorld = {
  readonly actions: readonly Action[]
  readonly databases: Databases
  /** The `default_allow_sql` setting. */
  readonly defaultAllowSql: boolean
  /** The `allow_download` setting. */
  readonly allowDownload: boolean
}

/** What the configuration says of a table. */
type TableKeys = NonNullable<NonNullable<NonNullable<Config['databases']>[string]>['tables']>[string] & {}

type Blocks = {
  readonly allow?: unknown
  readonly permissions?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Reads a configuration against what there is: actions, databases and tables. A rule that can decide nothing is worse than none,
 * since somebody relies on it.
 */
export function checkConfig(config: Config, world: ConfigWorld): ConfigReport {
  const { actions, databases } = world
  const faults: string[] = []
  const warnings: string[] = []
  const byName = new Map(actions.map((action) => [action.name, action]))
  const byAbbr = new Map(actions.map((action) => [action.abbr, action]))

  const checkBlocks = (path: string, blocks: Blocks, at: Action['level'], kind: Action['resourceKind']) => {
    checkValues(`${path}allow`, blocks.allow)
    for (const [name, block] of Object.entries(blocks.permissions ?? {})) {
      const here = `${path}permissions.${name}`
      checkValues(here, block)
      const action = byName.get(name)
      if (action === undefined) {
        const meant = byAbbr.get(name)
        const hint = meant === undefined ? '' : `; write ${meant.name}`
        warnings.push(`${here} decides nothing: there is no action of that name${hint}`)
      } else if (DEPTH[action.level] < DEPTH[at]) {
        faults.push(
          `${here} can decide nothing: ${name} is done to ${WHAT[action.level]}; ${WHERE[action.level]}`,
        )
      } else if (kind !== null && action.resourceKind !== null && action.resourceKind !== kind) {
        warnings.push(
          `${here} decides nothing: ${name} is not done to ${kind === 'table' ? 'tables' : 'queries'}`,
        )
      }
    }
  }

  /** A key without a value is often a missing space: `id:root`. */
  const checkValues = (path: string, block: unknown) => {
    if (typeof block !== 'object' || block === null) return
    for (const [key, value] of Object.entries(block)) {
      if (value === null)
        warnings.push(`${path} has the key ${JSON.stringify(key)} without a value, which matches nobody`)
    }
  }

  checkBlocks('', config, 'global', null)
  checkValues('allow_sql', config.allow_sql)
  for (const [name, database] of Object.entries(config.databases ?? {})) {
    const path = `databases.${name}.`
    const served = databases.find(name)
    if (served === null) warnings.push(`databases.${name} is about a database that is not served here`)
    if (database === undefined) continue
    checkBlocks(path, database, 'database', null)
    checkValues(`${path}allow_sql`, database.allow_sql)
    const tables = served === null ? null : tableNames(served)
    const waysRound = served === null ? [] : waysRoundTables(config, served, world)
    for (const [table, blocks] of Object.entries(database.tables ?? {})) {
      const isClosed =
        blocks !== undefined && (isRule(blocks.allow) || isRule(blocks.permissions?.['view-table']))
      if (isClosed && tables?.has(table) === true) {
        warnings.push(
          ...waysRound.map((way) => `${path}tables.${table} limits who reads this table, but ${way}`),
        )
      }
      if (tables !== null && !tables.has(table)) {
        warnings.push(`${path}tables.${table} is about a table that is not there`)
      }
      if (blocks === undefined) continue
      checkBlocks(`${path}tables.${table}.`, blocks, 'resource', 'table')
      const missing = served === null ? [] : missingColumns(served, table, blocks)
      if (missing.length > 0) {
        warnings.push(`${path}tables.${table} names the columns ${missing.join(', ')}, which are not there`)
      }
    }
    for (const [query, blocks] of Object.entries(database.queries ?? {})) {
      if (tables?.has(query) === true) {
        warnings.push(`${path}queries.${query} is never served: a table of that name stands before it`)
      }
      checkBlocks(`${path}queries.${query}.`, blocks, 'resource', 'query')
    }
  }
  return { faults, warnings }
}

/** How somebody reads a table whatever its own rules say, as long as no rule speaks of that way. */
function waysRoundTables(
  config: Config,
  { name, isMutable, path }: Database,
  { defaultAllowSql, allowDownload }: ConfigWorld,
): readonly string[] {
  const database = config.databases?.[name]
  const areOpen = (blocks: readonly unknown[]) =>
    blocks.every((block) => block === undefined || block === null)
  const isOpen = (action: string) => areOpen([config.permissions?.[action], database?.permissions?.[action]])
  const isSqlOpen =
    defaultAllowSql && isOpen('execute-sql') && areOpen([config.allow_sql, database?.allow_sql])
  const isFileOpen = allowDownload && !isMutable && path !== null && isOpen('view-database-download')
  return [
    ...(isSqlOpen
      ? [
          `SQL in ${name} has no rule, and whoever runs SQL there reads every table; add databases.${name}.allow_sql`,
        ]
      : []),
    ...(isFileOpen
      ? [
          `the file of ${name} may be downloaded, and whoever has it reads every table; add databases.${name}.permissions.view-database-download`,
        ]
      : []),
  ]
}

/** `true` limits nobody. */
const isRule = (block: unknown): boolean =>
  block !== undefined && block !== null && block !== true && block !== 1

/** Columns that the configuration of a table names and that the table does not have. */
function missingColumns(database: Database, name: string, config: TableKeys): readonly string[] {
  const columns = columnsOf(database, name)
  if (columns === null) return []
  const facets = (config.facets ?? []).map((facet) =>
    typeof facet === 'string' ? facet : 'array' in facet ? facet.array : facet.date,
  )
  const { sort, sort_desc, label_column, sortable_columns = [] } = config
  const named = [sort, sort_desc, label_column, ...sortable_columns, ...facets].filter(
    (column) => column !== undefined,
  )
  return [...new Set(named.filter((column) => !columns.includes(column)))]
}

/** Null for a table that is not there, or cannot be read at the moment. */
function columnsOf(database: Database, name: string): readonly string[] | null {
  try {
    const table = database.schema().table(name)
    return table === null || table.columns.length === 0 ? null : selectedColumns(table)
  } catch (error) {
    if (error instanceof DatabaseBusyError || sqliteErrorCode(error) !== null) return null
    throw error
  }
}

const DEPTH = { global: 0, database: 1, resource: 2 } as const
const WHAT = { global: 'the whole site', database: 'a database', resource: 'a table or query' } as const
const WHERE = {
  global: 'put it under permissions at the root',
  database: 'put it under the database or the root',
  resource: '',
} as const

/** Tables and views; null when the file cannot be read at the moment. */
function tableNames(database: Database): ReadonlySet<string> | null {
  try {
    const { tables, views } = database.schema()
    return new Set([...tables.map(({ name }) => name), ...views])
  } catch (error) {
    if (error instanceof DatabaseBusyError || sqliteErrorCode(error) !== null) return null
    throw error
  }
}
