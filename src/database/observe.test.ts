import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareAndObserve } from './observe.ts'

let folder: string
let handle: DatabaseSync

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'observe-'))
  handle = new DatabaseSync(join(folder, 'shop.db'), { returnArrays: true })
  handle.exec(`
    CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, maker INTEGER REFERENCES makers ON DELETE CASCADE);
    CREATE TABLE log (what TEXT);
    CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT);
    CREATE VIEW named AS SELECT name FROM goods;
    CREATE TRIGGER noted AFTER DELETE ON log BEGIN INSERT INTO numbered VALUES (NULL); END;
    CREATE TRIGGER through INSTEAD OF INSERT ON named BEGIN INSERT INTO log VALUES (new.name); END;
    CREATE VIRTUAL TABLE words USING fts5(word);
    CREATE TRIGGER indexed AFTER INSERT ON makers BEGIN INSERT INTO words VALUES (new.name); END;
  `)
})

afterEach(() => {
  handle.close()
  rmSync(folder, { recursive: true })
})

/** `insert table log` for each operation, with what does it. */
function told(sql: string): readonly string[] {
  const prepared = prepareAndObserve(handle, sql)
  if (!prepared.ok) return [prepared.error]
  return prepared.value.operations.map(({ operation, target, table, source, kind }) =>
    [operation, target, table, kind === 'table' || kind === null ? null : kind, source && `by ${source}`]
      .filter((word) => word !== null)
      .join(' '),
  )
}

describe('prepareAndObserve', () => {
  it.each([
    ['insert into numbered values (1)', ['insert table numbered']],
    ['delete from log', ['delete table log', 'insert table numbered by noted']],
    // What foreign keys are checked against is not read by the statement, what they delete is deleted by it.
    [
      'insert into goods select 1, name, maker from goods where id = 2',
      ['insert table goods', 'read table goods'],
    ],
    // Replacing deletes, whatever the statement calls it.
    [
      "insert into goods values (1, 'a', null) on conflict do update set name = 'b'",
      ['insert table goods', 'update table goods'],
    ],
    ['delete from makers', ['delete table makers', 'delete table goods']],
    [
      'insert into log select name from named',
      ['insert table log', 'read table goods by named', 'read table named view'],
    ],
    // A common table expression can have the name of a view.
    [
      'with named as (select name from makers) insert into log select name from named',
      ['insert table log', 'read table makers by named'],
    ],
    [
      "insert into named values ('a')",
      ['insert table named view', 'insert table log by through', 'read table named view by through'],
    ],
    ['insert into log select count(*) from goods', ['insert table log', 'read table goods']],
    [
      "insert into makers values (1, 'a')",
      ['insert table makers', 'insert table words virtual by indexed', 'read table makers by indexed'],
    ],
    ["insert into words values ('a')", ['insert table words virtual']],
    ["insert into log select value from json_each('[1]')", ['insert table log', 'read unknown virtual']],
    [
      'insert into log select name from pragma_table_list',
      ['insert table log', 'read schema pragma_table_list'],
    ],
    ["with made(a) as (select 1) insert into log select 'x' from made", ['insert table log']],
    [
      'insert into log select 1 from pragma_table_list',
      ['insert table log', 'read schema pragma_table_list'],
    ],
    [
      'insert into log select count(*) from pragma_table_list',
      ['insert table log', 'read schema pragma_table_list'],
    ],
    ['insert into log select 1 from sqlite_schema', ['insert table log', 'read schema sqlite_schema']],
    ['insert into log select sql from sqlite_schema', ['insert table log', 'read schema sqlite_master']],
    ['delete from sqlite_sequence', ['delete schema sqlite_sequence']],
    ['create table copy as select name from goods', ['create table copy', 'read table goods']],
    ['create table copy as select 1 from GOODS', ['create table copy', 'read table goods']],
    ['create table keyed (a text primary key, b unique, check (b > a))', ['create table keyed']],
    ['create table dbstat as select name from dbstat', ['create table dbstat', 'read schema dbstat']],
    [
      'insert into LOG select name from NAMED',
      ['insert table log', 'read table goods by NAMED', 'read table named view'],
    ],
    [
      'create table copy as select sql from sqlite_schema',
      ['create table copy', 'read schema sqlite_master'],
    ],
    ['create index by_name on goods (name)', ['create index goods', 'read table goods']],
    ['create view seen as select * from makers', ['create view seen']],
    ['drop table goods', ['drop table goods']],
    ['drop table makers', ['drop table makers', 'delete table goods']],
    ['drop table log', ['drop table log']],
    ['drop view named', ['drop view named']],
    ['alter table goods rename to wares', ['alter table goods']],
    ['alter table goods drop column name', ['alter table goods']],
    ['drop trigger noted', ['drop trigger log']],
    ['create trigger bad after insert on log begin delete from goods; end', ['create trigger log']],
    ['create virtual table more using fts5(a)', ['create virtual-table more']],
    ['drop table words', ['drop virtual-table words']],
    ["attach 'x.db' as x", ['attach database']],
    ['detach main', ['detach database']],
    ['pragma writable_schema = on', ['pragma pragma']],
    ['begin', ['begin transaction']],
    ['savepoint a', ['savepoint transaction']],
    ['create temp table goods (a)', ['create temporary goods']],
    ['reindex makers', []],
    ['select 1', []],
  ])('tells what is done by: %s', (sql, operations) => {
    expect(told(sql)).toEqual(operations)
  })

  it('changes nothing, and no setting', () => {
    told('delete from log')
    told('pragma writable_schema = on')
    expect(handle.prepare('pragma writable_schema').get()).toEqual([0])
    expect(() => handle.exec('delete from sqlite_schema')).toThrow(/may not be modified/)
  })

  it('leaves mistakes to SQLite, and refuses a second statement', () => {
    expect(() => told('delete from nowhere')).toThrow('no such table: nowhere')
    expect(() => told("select load_extension('x')")).toThrow(/not authorized/)
    expect(told('delete from log; delete from goods')).toEqual([
      'You can only execute one statement at a time.',
    ])
  })
})
