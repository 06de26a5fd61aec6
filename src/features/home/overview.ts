import type { Actor } from '../../auth/actor.ts'
import { DatabaseBusyError } from '../../database/busy.ts'
import type { Database, Table, TableSummary } from '../../database/database.ts'
import { sqliteErrorCode } from '../../database/sqlite-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { byName, listingFor, type Listing } from '../listing.ts'
import { TABLES_PER_STATEMENT, type CountLimits, type RowCount, isTruncated } from '../table-counts.ts'

/** Tables and views that the overview names for each database (host.md §9.1). */
const NAMED = 5

/** The databases that a reader may see. */
export type Overviews = {
  readonly known: readonly Overview[]
  readonly unknown: readonly Unknown[]
}

/** A database of which nothing can be told: another process keeps it locked, or SQLite cannot read it. */
export type Unknown = { readonly name: string; readonly reason: 'busy' | 'broken' }

/** What the home page tells of one database. */
export type Overview = {
  readonly database: Database
  readonly isPrivate: boolean
  /** The most related and largest tables, then views, five at most. */
  readonly named: readonly (NamedTable | NamedView)[]
  /** Whether there are more than those. */
  readonly hasMore: boolean
  readonly tableCount: number
  readonly hiddenCount: number
  readonly viewCount: number
  /** Rows of the tables and of the hidden tables; null when they were not all counted. */
  readonly rows: {
    readonly tables: number
    readonly hidden: number
    /** Whether a table was too large to be counted to its end. */
    readonly areMore: boolean
  } | null
}

export type NamedTable = {
  readonly kind: 'table'
  readonly table: Table
  readonly count: RowCount
  /** Foreign keys from and to this table when tables are ordered by them, else 0. */
  readonly relationships: number
  readonly isPrivate: boolean
}

export type NamedView = { readonly kind: 'view'; readonly name: string; readonly isPrivate: boolean }

export type OverviewOptions = {
  readonly actor: Actor | null
  /** `?_sort=relationships`: tables with many foreign keys come first. */
  readonly byRelationships: boolean
  readonly limits: CountLimits
}

/** The databases that this reader may see, by name. They are counted one after the other, within one time limit. */
export async function overviews(deps: FeatureDeps, options: OverviewOptions): Promise<Overviews> {
  const { permissions, databases } = deps
  const visible = databases.list.filter(({ name }) =>
    permissions.allows(options.actor, 'view-database', databaseResource(name)),
  )
  const known: Overview[] = []
  const unknown: Unknown[] = []
  for (const database of visible.sort((a, b) => byName(a.name, b.name))) {
    try {
      known.push(await overview(deps, database, options))
    } catch (error) {
      // One file must not take the others down with it. The page of the database itself fails, and the log says why.
      const isBusy = error instanceof DatabaseBusyError
      if (!isBusy && sqliteErrorCode(error) === null) throw error
      unknown.push({ name: database.name, reason: isBusy ? 'busy' : 'broken' })
    }
  }
  return { known, unknown }
}

async function overview(deps: FeatureDeps, database: Database, options: OverviewOptions): Promise<Overview> {
  const { permissions } = deps
  const { actor } = options
  const listing = listingFor(deps, actor, database)
  const counts = await countAll(deps, database, listing, options.limits)
  const hides = (name: string) =>
    isPrivate(permissions, actor, 'view-table', tableResource(database.name, name))

  const tables = ranked(database, listing.tables, counts, options.byRelationships)
    .slice(0, NAMED)
    .flatMap(({ name, count, relationships }): NamedTable[] => {
      const table = database.schema().table(name)
      return table === null ? [] : [{ kind: 'table', table, count, relationships, isPrivate: hides(name) }]
    })
  const views = listing.views
    .slice(0, NAMED - tables.length)
    .map((name): NamedView => ({ kind: 'view', name, isPrivate: hides(name) }))

  return {
    database,
    isPrivate: isPrivate(permissions, actor, 'view-database', databaseResource(database.name)),
    named: [...tables, ...views],
    hasMore: listing.tables.length + listing.views.length > NAMED,
    tableCount: listing.tables.length,
    hiddenCount: listing.hidden.length,
    viewCount: listing.views.length,
    rows: sums(listing, counts),
  }
}

/**
 * The home page is about databases, so counting stays within one statement for each: of a database with more tables
 * it shows the numbers if somebody has counted them all already, and costs no more than a small one.
 */
async function countAll(
  { counts }: FeatureDeps,
  database: Database,
  { tables, hidden }: Listing,
  limits: CountLimits,
): Promise<ReadonlyMap<string, RowCount>> {
  const names = [...tables, ...hidden].map(({ name }) => name)
  if (names.length <= TABLES_PER_STATEMENT) return counts.count(database, names, limits)
  const known = counts.known(database)
  return names.every((name) => known.has(name)) ? known : new Map()
}

function sums(listing: Listing, counts: ReadonlyMap<string, RowCount>): Overview['rows'] {
  const all = [...listing.tables, ...listing.hidden].map(({ name }) => counts.get(name) ?? null)
  const sum = (tables: readonly TableSummary[]) =>
    tables.reduce<number | null>((total, { name }) => {
      const count = counts.get(name) ?? null
      return total === null || count === null ? null : total + count
    }, 0)
  const tables = sum(listing.tables)
  const hidden = sum(listing.hidden)
  return tables === null || hidden === null ? null : { tables, hidden, areMore: all.some(isTruncated) }
}

type Ranked = { readonly name: string; readonly count: RowCount; readonly relationships: number }

/** Most related first, then largest, then last by name. */
function ranked(
  database: Database,
  tables: readonly TableSummary[],
  counts: ReadonlyMap<string, RowCount>,
  byRelationships: boolean,
): readonly Ranked[] {
  const schema = database.schema()
  const relationships = (name: string) => {
    const { incoming, outgoing } = schema.foreignKeys(name)
    return incoming.length + outgoing.length
  }
  return tables
    .map(({ name }) => ({
      name,
      count: counts.get(name) ?? null,
      relationships: byRelationships ? relationships(name) : 0,
    }))
    .sort(
      (a, b) =>
        b.relationships - a.relationships || (b.count ?? 0) - (a.count ?? 0) || byName(b.name, a.name),
    )
}
