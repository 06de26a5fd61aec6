import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { SchemaReader } from '../../database/introspect.ts'
import { selectedColumns } from '../../database/row-key.ts'
import { isWalk } from './is-walk.ts'
import { tableOrder } from './order.ts'
import type { Selection } from './statements.ts'

const handle = new DatabaseSync(':memory:')
handle.exec(`
  create table people (id integer primary key, name text);
  create table log (at text);
  create table named (name text primary key);
  create table pairs (a integer, b integer, primary key (a, b));
  create table doubled (id integer primary key, twice as (id * 2));
  create table taken (rowid text, _rowid_ text, oid text);
  create view names as select name from people;
  create virtual table found using fts5(name);
`)
const schema = new SchemaReader(handle, true).current()

/** A page of a table in the order of its key, and what is different about it. */
function isWalked(name: string, different: Partial<Selection> = {}, size = 100): boolean {
  const table = schema.table(name)
  if (table === null) throw new Error(`no table ${name}`)
  const usual: Selection = {
    table,
    columns: selectedColumns(table),
    conditions: [],
    order: tableOrder(table, null, []),
    start: { kind: 'first' },
  }
  return isWalk({ ...usual, ...different }, size)
}

const sorted = (name: string, column: string, descending = false) => {
  const table = schema.table(name)
  return table === null
    ? {}
    : { order: tableOrder(table, { column, descending }, [{ column, isUnique: false }]) }
}

it('is a page in the order of the row number, the first or a later one', () => {
  expect(isWalked('people')).toBe(true)
  expect(isWalked('log')).toBe(true)
  expect(isWalked('people', { start: { kind: 'after', values: [7n] } })).toBe(true)
})

it.each(['named', 'pairs', 'doubled', 'taken', 'names', 'found'])(
  'is no page of %s, whose rows are looked up, computed or not its own',
  (name) => expect(isWalked(name)).toBe(false),
)

it('is nothing that looks for rows, sorts, counts them off or takes many', () => {
  expect(isWalked('people', { conditions: [{ sql: () => 'name = 1', words: null }] })).toBe(false)
  expect(isWalked('people', sorted('people', 'name'))).toBe(false)
  expect(isWalked('people', sorted('people', 'name', true))).toBe(false)
  expect(isWalked('people', { start: { kind: 'offset', rows: 5 } })).toBe(false)
  expect(isWalked('people', {}, 1000)).toBe(false)
})
