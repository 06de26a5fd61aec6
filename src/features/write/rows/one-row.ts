import { columnSql } from '../../../database/column-sql.ts'
import type { Database, SqlRow, Table, WriteStatement } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { keyNames } from '../../../database/row-key.ts'
import { selectList } from '../../../database/select-list.ts'
import type { SqlValue } from '../../../database/values.ts'
import { HttpError } from '../../../http/http-error.ts'
import { parseRowKey } from '../../../http/tilde.ts'
import { findRow } from '../../find-row.ts'
import type { NewRow } from '../values/cell-value.ts'
import { orAbort } from './insert-sql.ts'

/** The values of a row's key as they are stored. */
export type StoredKey = ReadonlyMap<string, SqlValue>

/** The key of the row that this path segment names; a 404 when there is none, a 400 for a key of another length. */
export function requireStoredKey(database: Database, table: Table, segment: string): StoredKey {
  const key = parseRowKey(segment)
  const row = findRow(database, table, key)
  if (row === null) throw recordNotFound(segment)
  return new Map(keyNames(table).map((name) => [name, row[name] ?? null]))
}

/** The refusal for a row that is not there, or no longer. */
export function recordNotFound(segment: string): HttpError {
  const key = parseRowKey(segment).map((value) => `'${value}'`)
  return new HttpError(404, `Record not found: [${key.join(', ')}]`)
}

/** Reads the row with this key. */
export function selectOne(table: Table, key: StoredKey, columns: readonly string[]): WriteStatement {
  const where = whereKey(table, key)
  const sql = `select ${selectList(table, columns)} from ${quoteIdentifier(table.name)}${where.sql}`
  return { sql, params: where.params }
}

/**
 * Finds the row with this key, if all that is stored in it is as it was read. A text that is not UTF-8 was read with signs in place of
 * what nobody can read; it is not compared.
 */
export function selectUnchanged(table: Table, key: StoredKey, row: SqlRow): WriteStatement {
  const where = whereKey(table, key)
  const column = columnSql(table)
  const values = table.columns
    .filter(({ name, hidden }) => hidden === 0 && !key.has(name))
    .map(({ name }) => ({ sql: column(name).sql, value: row[name] ?? null }))
    .filter(({ value }) => typeof value !== 'string' || !value.includes('\uFFFD'))
  const same = values.map(
    ({ sql, value }) => ` and ${sql} is ?${typeof value === 'string' ? ' collate binary' : ''}`,
  )
  return {
    sql: `select 1 from ${quoteIdentifier(table.name)}${where.sql}${same.join('')}`,
    params: [...where.params, ...values.map(({ value }) => value)],
  }
}

/**
 * Reads the row that was written under this key as it was sent: one of exactly these texts, else the one that the key's own
 * collation takes for the same.
 */
export function readBack(table: Table, sent: StoredKey, columns: readonly string[]): WriteStatement {
  const column = columnSql(table)
  const names = [...sent.keys()].map((name) => column(name).sql)
  const where = names.map((name) => `${name} = ?`).join(' and ')
  const isExact = names.map((name) => `${name} = ? collate binary`).join(' and ')
  const values = [...sent.values()]
  return {
    sql: `select ${selectList(table, columns)} from ${quoteIdentifier(table.name)} where ${where} order by ${isExact} desc limit 1`,
    params: [...values, ...values],
  }
}

/** Gives the row with this key new values; there is at least one. `mayDelete`: whether rows that are in the way may be deleted. */
export function updateOne(table: Table, key: StoredKey, values: NewRow, mayDelete: boolean): WriteStatement {
  const column = columnSql(table)
  const assignments = Array.from(values.keys(), (name) => `${column(name).sql} = ?`).join(', ')
  const where = whereKey(table, key)
  return {
    sql: `update${orAbort(table, mayDelete)} ${quoteIdentifier(table.name)} set ${assignments}${where.sql}`,
    params: [...values.values(), ...where.params],
  }
}

/** Deletes the row with this key. */
export function deleteOne(table: Table, key: StoredKey): WriteStatement {
  const where = whereKey(table, key)
  return { sql: `delete from ${quoteIdentifier(table.name)}${where.sql}`, params: where.params }
}

/**
 * Texts are compared twice. The column's own collation finds the row by its index, and may find another one too: the
 * key can be declared with a stricter collation than the column. One request never changes two rows.
 */
function whereKey(
  table: Table,
  key: StoredKey,
): { readonly sql: string; readonly params: readonly SqlValue[] } {
  const column = columnSql(table)
  const conditions = Array.from(key, ([name, value]) => {
    const { sql } = column(name)
    return typeof value === 'string' ? `${sql} = ? and ${sql} = ? collate binary` : `${sql} = ?`
  })
  const params = Array.from(key.values(), (value) => (typeof value === 'string' ? [value, value] : [value]))
  return { sql: ` where ${conditions.join(' and ')}`, params: params.flat() }
}
