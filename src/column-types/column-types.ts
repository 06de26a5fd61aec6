import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import type { Store } from '../store/connect.ts'

/** The type of a column: what its values mean, such as `email`. */
export type SetColumnType = { readonly type: string; readonly config: JsonObject | null }

/** The types of columns as they are now: those of the configuration, and before them those that somebody has set (host.md §10.7). */
export interface ColumnTypes {
  of(database: string, table: string): Promise<ReadonlyMap<string, SetColumnType>>
  /** Null takes the type away, also one of the configuration. */
  set(database: string, table: string, column: string, type: SetColumnType | null): Promise<void>
  /** Takes what was set along when a table has changed: `to` is its new name, null when it is gone; `columns` has the new name of each column that is still there. */
  follow(
    database: string,
    change: {
      readonly table: string
      readonly to: string | null
      readonly columns: ReadonlyMap<string, string>
    },
  ): Promise<void>
}

type ColumnTypeTables = {
  readonly tapedeck_column_types: {
    readonly database_name: string
    readonly table_name: string
    readonly column_name: string
    readonly column_type: string | null
    /** JSON, or null for none. */
    readonly config: string | null
  }
}

/** The types that the configuration gives to the columns of a table, by name. */
export type ConfiguredTypes = (database: string, table: string) => Readonly<Record<string, SetColumnType>>

/** The types of columns as the internal database keeps what people have set. */
export function createColumnTypes(store: Store, configured: ConfiguredTypes): ColumnTypes {
  const db = store.$extendTables<ColumnTypeTables>()
  const keys = ['database_name', 'table_name', 'column_name'] as const
  return {
    async of(database, table) {
      const rows = await db
        .selectFrom('tapedeck_column_types')
        .select(['column_name', 'column_type', 'config'])
        .where('database_name', '=', database)
        .where('table_name', '=', table)
        .execute()
      const types = new Map<string, SetColumnType>(Object.entries(configured(database, table)))
      for (const { column_name: column, column_type: type, config: text } of rows) {
        if (type === null) types.delete(column)
        else types.set(column, { type, config: objectIn(text) })
      }
      return types
    },
    async set(database, table, column, type) {
      const values = {
        column_type: type?.type ?? null,
        config: type === null || type.config === null ? null : JSON.stringify(type.config),
      }
      await db
        .insertInto('tapedeck_column_types')
        .values({ database_name: database, table_name: table, column_name: column, ...values })
        .onConflict((conflict) => conflict.columns([...keys]).doUpdateSet(values))
        .execute()
    },
    async follow(database, { table, to, columns }) {
      await db.transaction().execute(async (transaction) => {
        const types = await transaction
          .deleteFrom('tapedeck_column_types')
          .where('database_name', '=', database)
          .where('table_name', '=', table)
          .returning(['column_name', 'column_type', 'config'])
          .execute()
        const kept = types.flatMap(({ column_name: name, ...type }) => {
          const column = columns.get(name)
          if (to === null || column === undefined) return []
          return [{ database_name: database, table_name: to, column_name: column, ...type }]
        })
        if (kept.length > 0) await transaction.insertInto('tapedeck_column_types').values(kept).execute()
      })
    },
  }
}

function objectIn(text: string | null): SetColumnType['config'] {
  const value: JsonValue = text === null ? null : JSON.parse(text)
  return isJsonObject(value) ? value : null
}
