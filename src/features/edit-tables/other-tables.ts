import type { Database } from '../../database/database.ts'
import { isSameName } from '../../database/fold-name.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { visibleTables } from '../visible-tables.ts'

/** What the form of a table must know of the others. */
export type OtherTables = {
  /** Whether a table or view has this name. */
  readonly isTaken: (name: string) => boolean
  /** The tables that this person can refer to. */
  readonly tables: readonly string[]
}

/** The other tables of a database, as whoever asks may know them. */
export function otherTables({ permissions }: FeatureDeps, c: AppContext, database: Database): OtherTables {
  const { tables, views } = database.schema()
  const maySee = visibleTables(permissions, c.get('actor'), database)
  return {
    // SQLite takes names that differ in case for the same.
    isTaken: (name) =>
      [...tables.map((table) => table.name), ...views].some((other) => isSameName(other, name)),
    tables: tables.filter(({ name, hidden }) => !hidden && maySee(name)).map(({ name }) => name),
  }
}
