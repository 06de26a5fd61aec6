export const OPERATIONS = [
  'read',
  'insert',
  'update',
  'delete',
  'create',
  'alter',
  'drop',
  'analyze',
  'attach',
  'begin',
  'commit',
  'detach',
  'pragma',
  'reindex',
  'rollback',
  'savepoint',
  'unknown',
] as const

export const TARGETS = [
  'table',
  'view',
  'index',
  'trigger',
  'virtual-table',
  'schema',
  'temporary',
  'database',
  'pragma',
  'transaction',
  'unknown',
] as const

export const KINDS = ['table', 'view', 'virtual', 'shadow'] as const

/**
 * One thing that a statement does, in the words of Datasette (host.md §10.8). SQLite tells them while it prepares the statement:
 * names come resolved, and what triggers, views and foreign keys do is there too.
 */
export type Operation = {
  readonly operation: (typeof OPERATIONS)[number]
  /** What it is done to. `schema` is what SQLite keeps for itself, `temporary` what would be in no file. */
  readonly target: (typeof TARGETS)[number]
  /** The table or view; of an index or trigger the table that it is on. Null where there is none. */
  readonly table: string | null
  /**
   * The trigger, view or common table expression that does it; null for the statement itself and for foreign keys. It is only to be
   * shown: whoever writes the statement can give an expression the name of a view.
   */
  readonly source: string | null
  /** What kind of table is read, or rows are changed in, also of one that is made with rows; null for everything else. */
  readonly kind: (typeof KINDS)[number] | null
}

/** Whether two are the same in all. */
export function isSameOperation(one: Operation, other: Operation): boolean {
  return operationKey(one) === operationKey(other)
}

/** A text that is the same for the same operation. */
export function operationKey({ operation, target, table, source, kind }: Operation): string {
  return JSON.stringify([operation, target, table, source, kind])
}
