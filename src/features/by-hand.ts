import type { Database, Table } from '../database/database.ts'
import { HttpError } from '../http/http-error.ts'

/** What people change by hand: the rows of a table, its columns, or that it is there. */
export type ByHand = 'rows' | 'columns' | 'drop'

const BY_HAND: Readonly<Record<Table['role'], readonly ByHand[]>> = {
  own: ['rows', 'columns', 'drop'],
  virtual: ['rows', 'drop'],
  index: ['drop'],
  shadow: [],
}

/** Whether people can do this to a table by hand, as far as the table and its database are concerned. */
export function isByHand(database: Database, table: Table, what: ByHand): boolean {
  const isWritable = database.isWritable && table.kind === 'table' && !/^sqlite_/i.test(table.name)
  return isWritable && BY_HAND[table.role].includes(what)
}

/** Throws the 400 of a page for people where SQLite keeps a table for itself, or makes it from another one. */
export function requireByHand({ name, role }: Table, what: ByHand): void {
  if (BY_HAND[role].includes(what)) return
  const why =
    role === 'shadow'
      ? 'SQLite keeps this table for a full-text index or another virtual table, which a change would break.'
      : role === 'index'
        ? 'It is an index: change the table that it is made from.'
        : 'It is a virtual table, whose columns never change.'
  throw new HttpError(400, `${name} cannot be changed by hand. ${why}`)
}
