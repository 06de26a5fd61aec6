import type { Actor } from '../auth/actor.ts'
import type { Database, TableSummary } from '../database/database.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { visibleTables } from './visible-tables.ts'

/** The tables and views of a database that a reader may see, each list by name. */
export type Listing = {
  readonly tables: readonly TableSummary[]
  /** Tables that serve others (full-text indexes and the like) or that the configuration hides. */
  readonly hidden: readonly TableSummary[]
  readonly views: readonly string[]
}

/** Lists what this reader may see. It looks at each table once: the one cost that grows with all of them. */
export function listingFor(
  { permissions, config }: Pick<FeatureDeps, 'permissions' | 'config'>,
  actor: Actor | null,
  database: Database,
): Listing {
  const maySee = visibleTables(permissions, actor, database)
  const isHidden = ({ name, hidden }: TableSummary) => hidden || config.table(database.name, name).hidden

  const schema = database.schema()
  const tables = schema.tables.filter(({ name }) => maySee(name)).sort((a, b) => byName(a.name, b.name))
  return {
    tables: tables.filter((table) => !isHidden(table)),
    hidden: tables.filter(isHidden),
    views: schema.views.filter(maySee).sort(byName),
  }
}

/** The order of code units, which no locale changes. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
