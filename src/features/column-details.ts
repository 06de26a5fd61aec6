import type { Table } from '../database/database.ts'
import type { JsonObject } from '../http/json.ts'

/** `_extra=column_details`: every column as it is declared (host.md §9.7). */
export function columnDetails(table: Table): JsonObject {
  return Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      {
        type: column.type,
        sqlite_type: storageType(column.type),
        notnull: column.notNull,
        default: column.defaultSql,
        is_pk: column.pkPosition > 0,
        pk_position: column.pkPosition,
        hidden: column.hidden,
      },
    ]),
  )
}

/** What SQLite makes of a declared type (sqlite.org/datatype3.html §3.1). */
function storageType(declared: string): 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC' {
  const type = declared.toUpperCase()
  if (type.includes('INT')) return 'INTEGER'
  if (['CHAR', 'CLOB', 'TEXT'].some((part) => type.includes(part))) return 'TEXT'
  if (type === '' || type.includes('BLOB')) return 'BLOB'
  return ['REAL', 'FLOA', 'DOUB'].some((part) => type.includes(part)) ? 'REAL' : 'NUMERIC'
}
