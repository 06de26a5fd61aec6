import type { Database, SqlRow, Table } from '../../database/database.ts'

/** The row that an address names. */
export type FoundRow = {
  readonly database: Database
  readonly table: Table
  /** The key as the address has it. */
  readonly key: readonly string[]
  readonly row: SqlRow
}
