/**
 * What can be done, in Datasette's words (host.md §2.4). An action has one level: the kind of thing it is
 * done to. Plugins add their own.
 */
export type ActionLevel = 'global' | 'database' | 'resource'

export type Action = {
  readonly name: string
  /** The short form that tokens carry, or null. */
  readonly abbr: string | null
  readonly description: string
  readonly level: ActionLevel
  /** What the action is done to at resource level; null above it. */
  readonly resourceKind: 'table' | 'query' | null
  /** Another action that must be allowed on the same database as well. */
  readonly alsoRequires: string | null
  /** Whether anybody may do it unless the configuration says otherwise. */
  readonly allowedByDefault: boolean
}

/** Something an action can be done to: the instance, one database, or one table, view or query in it. */
export type Resource =
  | { readonly level: 'global' }
  | { readonly level: 'database'; readonly database: string }
  | { readonly level: 'resource'; readonly database: string; readonly resource: string }

/** The server as a whole. */
export const INSTANCE: Resource = { level: 'global' }

/** One database. */
export const databaseResource = (database: string): Resource => ({ level: 'database', database })

/** One table, view or query of a database. */
export const tableResource = (database: string, resource: string): Resource => ({
  level: 'resource',
  database,
  resource,
})
