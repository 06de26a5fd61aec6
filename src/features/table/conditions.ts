import type { Database, Table } from '../../database/database.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { inWords, type Condition } from './condition.ts'
import { filterConditions } from './filters.ts'
import { fullTextOf, searchConditions, type FullText } from './search.ts'
import { throughConditions } from './through.ts'
import { whereConditions } from './where.ts'

/** What an address asks of the rows of a table. */
export type Conditions = {
  /** All of them, in the order of the SQL. */
  readonly all: readonly Condition[]
  /** All but those that are SQL themselves, in words; empty without any. */
  readonly words: string
  /** The SQL of `?_where=`. */
  readonly where: readonly string[]
  /** Where words are looked up in this table; null where they cannot be. */
  readonly fullText: FullText | null
}

/** Reads every parameter that leaves rows out (host.md §9.3, §9.4); throws the refusal for those that say nothing. */
export function requireConditions(
  deps: Pick<FeatureDeps, 'permissions' | 'config'>,
  c: AppContext,
  query: URLSearchParams,
  database: Database,
  table: Table,
): Conditions {
  const actor = c.get('actor')
  const where = whereConditions(deps, c, query, database, table)
  const config = deps.config.table(database.name, table.name)
  const fullText = fullTextOf(deps, actor, query, database, table, config)
  const filters = filterConditions(query, table.name)
  const others = [
    ...searchConditions(query, database, fullText),
    ...throughConditions(deps, actor, query, database, table),
  ]
  const asSql = where.map((sql): Condition => ({ sql: () => `(${sql})`, words: null }))
  return {
    all: [...filters, ...asSql, ...others],
    words: inWords([...others, ...filters]),
    where,
    fullText,
  }
}
