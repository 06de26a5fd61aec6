import { constants, type DatabaseSync } from 'node:sqlite'
import { isSqlites } from './authorizer-event.ts'
import type { RowChange } from './database.ts'
import { isSameName } from './fold-name.ts'
import type { Authorizer } from './statement-rules.ts'

/** What SQLite tells about the changes that a statement would make, while it is prepared. */
export type ChangeRecord = {
  /** Asks this authorizer and writes down what the other one allows. */
  readonly authorizer: Authorizer
  /** The changes so far, each once; without those of triggers. */
  changes(): readonly RowChange[]
}

const OPERATIONS: ReadonlyMap<number, RowChange['operation']> = new Map([
  [constants.SQLITE_INSERT, 'insert'],
  [constants.SQLITE_UPDATE, 'update'],
  [constants.SQLITE_DELETE, 'delete'],
])

/**
 * Records the changes of rows that a statement would make while it is prepared. SQLite tells the actions of foreign keys like those of
 * the statement itself, and names the trigger for what a trigger does.
 */
export function recordChanges(judge: Authorizer): ChangeRecord {
  const found = new Map<string, RowChange>()
  return {
    authorizer: (action, subject, detail, schema, source) => {
      const operation = OPERATIONS.get(action)
      // DDL changes the table of tables, and what SQLite counts about a table. Our statements name none of these.
      if (operation !== undefined && subject !== null && source === null && !isSqlites(subject)) {
        found.set(`${operation} ${subject}`, { operation, table: subject })
      }
      return judge(action, subject, detail, schema, source)
    },
    changes: () => [...found.values()],
  }
}

/** The changes that are not among the permitted ones. */
export function changesBeyond(
  changes: readonly RowChange[],
  permitted: readonly RowChange[],
): readonly RowChange[] {
  return changes.filter(
    ({ operation, table }) =>
      !permitted.some((each) => each.operation === operation && isSameName(each.table, table)),
  )
}

/**
 * The changes without those of tables that a virtual table keeps for itself: it prepares its statements about them when it is opened,
 * whatever it is opened for, and SQLite lets nobody else write to them.
 */
export function withoutShadows(handle: DatabaseSync, changes: readonly RowChange[]): readonly RowChange[] {
  const shadow = handle.prepare(
    "select 1 from temp.pragma_table_list(?) where schema = 'main' and type = 'shadow'",
  )
  return changes.filter(({ table }) => shadow.get(table) === undefined)
}
