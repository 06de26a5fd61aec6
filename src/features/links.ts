import { formatRowKey, tildeEncode } from '../http/tilde.ts'

/** Paths of the things people look at, without the base URL (host.md §8.3). Names are encoded here and nowhere else. */
export const databasePath = (database: string): string => `/${tildeEncode(database)}`

export const queryPath = (database: string): string => `${databasePath(database)}/-/query`

/** Where people write SQL that changes data. */
export const writeSqlPath = (database: string): string => `${databasePath(database)}/-/execute-write`

/** Where people save a query. */
export const storeQueryPath = (database: string): string => `${queryListPath(database)}/store`

export const schemaPath = (database: string): string => `${databasePath(database)}/-/schema`

/** The stored queries of a database, or of all of them. */
export const queryListPath = (database: string | null): string =>
  `${database === null ? '' : databasePath(database)}/-/queries`

export const tablePath = (database: string, table: string): string =>
  `${databasePath(database)}/${tildeEncode(table)}`

export const storedQueryPath = (database: string, query: string): string =>
  `${databasePath(database)}/${tildeEncode(query)}`

/** `key` is the values of the primary key as text, in key order. */
export const rowPath = (database: string, table: string, key: readonly string[]): string =>
  `${tablePath(database, table)}/${formatRowKey(key)}`

/** The pages that create, change and drop tables by hand. */
export const createTablePath = (database: string): string => `${databasePath(database)}/-/create-table`

export const alterTablePath = (database: string, table: string): string =>
  `${tablePath(database, table)}/-/alter-table`

export const columnTypesPath = (database: string, table: string): string =>
  `${tablePath(database, table)}/-/column-types`

export const dropTablePath = (database: string, table: string): string =>
  `${tablePath(database, table)}/-/drop-table`

/** The page on which people add a row. It stands beside the address of the JSON API, as those below do. */
export const insertRowPath = (database: string, table: string): string =>
  `${tablePath(database, table)}/-/insert-row`

/** The page on which people add rows that they paste. */
export const insertRowsPath = (database: string, table: string): string =>
  `${tablePath(database, table)}/-/insert-rows`

export const editRowPath = (database: string, table: string, key: readonly string[]): string =>
  `${rowPath(database, table, key)}/-/edit-row`

export const deleteRowPath = (database: string, table: string, key: readonly string[]): string =>
  `${rowPath(database, table, key)}/-/delete-row`

/**
 * Writes the part of an address after the question mark; empty for no parameters. `~` stays as it is, as clients
 * of Datasette expect in `next_url` (host.md §9.5), where `URLSearchParams` would escape it.
 */
export function queryString(parameters: Iterable<readonly [string, string]>): string {
  const pairs = Array.from(parameters, ([name, value]) => `${escape(name)}=${escape(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** The parameters of a request with some taken away and others put at the end. */
export function changedParameters(
  query: URLSearchParams,
  removed: readonly string[],
  added: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return [...[...query].filter(([name]) => !removed.includes(name)), ...added]
}

function escape(text: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, percent)
    .replaceAll('%20', '+')
}
