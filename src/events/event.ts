import type { Actor } from '../auth/actor.ts'
import type { EpochSeconds } from '../clock.ts'
import type { JsonObject, JsonValue } from '../http/json.ts'

/**
 * What happens on this server, as Datasette 1.0 names it and its parts (`datasette.events`); `execute-write`, `set-column-type` and those of saved queries are ours. An event
 * tells of something that was done and committed, and holds no value of a row but the key of one.
 */
export type EventDetails =
  | { readonly name: 'login' }
  | { readonly name: 'logout' }
  | CreateTokenDetails
  | (OnTable & { readonly name: 'create-table'; readonly schema: string })
  | (OnTable & {
      readonly name: 'drop-table'
      /** What its foreign keys did to rows of other tables, where there were any that referred to it. */
      readonly effects: Effects
    })
  | (OnTable & {
      readonly name: 'alter-table'
      readonly before_schema: string
      readonly after_schema: string
    })
  | {
      readonly name: 'rename-table'
      readonly database: string
      readonly old_table: string
      readonly new_table: string
    }
  | (OnTable & {
      readonly name: 'insert-rows'
      /** How many rows were sent; `ignore` may have left some of them out. */
      readonly num_rows: number
      readonly ignore: boolean
      readonly replace: boolean
    })
  | (OnTable & { readonly name: 'upsert-rows'; readonly num_rows: number })
  | (OnTable & { readonly name: 'update-row'; readonly pks: RowKey })
  | (OnTable & { readonly name: 'delete-row'; readonly pks: RowKey })
  | (OnTable & {
      readonly name: 'set-column-type'
      readonly column: string
      /** Null when it was taken away. */
      readonly column_type: string | null
    })
  | ExecuteWriteDetails
  | { readonly name: SavedQueryEvent; readonly database: string; readonly query: string }

/** Changes of rows, each with their table. */
type Effects = readonly { readonly operation: string; readonly table: string }[]

/** What people do with queries that they save; the names are those of the actions. */
type SavedQueryEvent = 'store-query' | 'update-query' | 'delete-query'

type OnTable = { readonly database: string; readonly table: string }

/** The key of a row in key order, each part as it stands in the row's address, decoded; as it was before the event. */
type RowKey = readonly string[]

type CreateTokenDetails = {
  readonly name: 'create-token'
  /** Seconds from `created`; null for a token that never expires. */
  readonly expires_after: number | null
  /** The token's restrictions (host.md §2.3); all three are empty for a token that may do what its owner may. */
  readonly restrict_all: readonly JsonValue[]
  readonly restrict_database: JsonObject
  readonly restrict_resource: JsonObject
}

/** SQL that somebody wrote has run. The SQL is left out, since values may stand in it. */
type ExecuteWriteDetails = {
  readonly name: 'execute-write'
  readonly database: string
  /** The stored query that holds the SQL; null for SQL that was sent. */
  readonly query: string | null
  /** What it was found to do before it ran: `insert`, `update`, `delete`, `create`, `alter`, `drop`, and to what. */
  readonly effects: Effects
  /** The rows that it changed itself, without what triggers and foreign keys did; null where it changes none. */
  readonly num_rows: number | null
}

/** The name of an event. */
export type EventName = EventDetails['name']

/** An event with who did it and when. */
export type TrackedEvent = EventDetails & {
  /** When it was done. */
  readonly created: EpochSeconds
  /** Who did it; null for somebody who was signed out. For `login`, who has signed in. */
  readonly actor: Actor | null
}

/** Every event by its name. A new one does not compile until it stands here. */
const EVENTS: Readonly<Record<EventName, true>> = {
  login: true,
  logout: true,
  'create-token': true,
  'create-table': true,
  'drop-table': true,
  'alter-table': true,
  'rename-table': true,
  'insert-rows': true,
  'upsert-rows': true,
  'update-row': true,
  'delete-row': true,
  'set-column-type': true,
  'execute-write': true,
  'store-query': true,
  'update-query': true,
  'delete-query': true,
}

/** The names of all events. */
export const EVENT_NAMES: readonly string[] = Object.keys(EVENTS)
