import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WriteMessage } from './messages.ts'
import { foldWriterLog, openForWriter } from './open-file.ts'
import { runWrite } from './run-write.ts'

let folder: string
let handle: DatabaseSync

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-write-'))
  const setup = new DatabaseSync(join(folder, 'shop.db'))
  setup.exec(`
    CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT UNIQUE, maker INTEGER REFERENCES makers(id) ON DELETE CASCADE);
    CREATE VIEW named AS SELECT name FROM goods;
    INSERT INTO makers VALUES (1, 'Acorn');
    INSERT INTO goods VALUES (1, 'bolt', 1), (2, 'nut', 1);
  `)
  setup.close()
  handle = openForWriter({ path: join(folder, 'shop.db'), immutable: false, cacheSizeKb: 0 })
})

afterEach(() => {
  handle.close()
  rmSync(folder, { recursive: true })
})

type Options = Partial<WriteMessage> & { readonly beforeCommit?: () => void }

function write(statements: readonly string[], options: Options = {}) {
  const { beforeCommit = () => {}, ...rest } = options
  return runWrite(
    handle,
    {
      kind: 'write',
      file: { path: '', immutable: false, cacheSizeKb: 0 },
      condition: null,
      statements: statements.map((sql) => ({ sql, params: [] })),
      may: null,
      timeLimitMs: 1000,
      ...rest,
    },
    beforeCommit,
  )
}

const goods = () => handle.prepare('select name from goods order by id').all().flat()

describe('runWrite', () => {
  it('leaves the file as it is while it commits, however much is written: the log has it', () => {
    const size = () => statSync(join(folder, 'shop.db')).size
    const before = size()
    const large = 'insert into goods (name) values (hex(zeroblob(4000000)))'
    expect(write([large])).toMatchObject({ kind: 'written' })
    expect(size()).toBe(before)
    foldWriterLog(handle)
    expect(size()).toBeGreaterThan(8_000_000)
  })

  it('does nothing when there is no room, and tells it from a mistake', () => {
    const pages = Number(handle.prepare('PRAGMA page_count').get()?.[0])
    handle.exec(`PRAGMA max_page_count = ${pages}`)
    const large = 'insert into goods (name) values (hex(zeroblob(100000)))'
    expect(write(["insert into goods (name) values ('saw')", large])).toMatchObject({
      kind: 'failed',
      reason: 'full',
      message: 'There is no room for this just now. Nothing was changed.',
    })
    expect(goods()).toEqual(['bolt', 'nut'])
  })

  it('does nothing when its condition finds nothing', () => {
    const named = (name: string) => ({ sql: 'select 1 from goods where name = ?', params: [name] })
    const change = ["update goods set name = 'gone' where id = 1"]
    expect(write(change, { condition: named('saw') })).toEqual({ kind: 'unmet' })
    expect(goods()).toEqual(['bolt', 'nut'])
    expect(write(change, { condition: named('bolt') })).toMatchObject({ kind: 'written', results: [{}] })
    expect(write(change, { condition: named('bolt') })).toEqual({ kind: 'unmet' })
    expect(write(change, { condition: { sql: 'select nope', params: [] } })).toMatchObject({ kind: 'failed' })
  })

  it('builds a table again without touching what refers to it, and minds foreign keys afterwards', () => {
    const statements = (rows: string) => [
      { sql: 'alter table makers rename to old', params: [], leavesReferences: true as const },
      { sql: 'create table makers (id integer primary key, name text)', params: [] },
      { sql: `insert into makers select * from old where ${rows}`, params: [] },
      { sql: 'drop table old', params: [] },
    ]
    const rebuilds = { before: 'makers', after: 'makers' }
    expect(write([], { statements: statements('false'), rebuilds })).toMatchObject({
      message: 'FOREIGN KEY constraint failed',
    })
    expect(write([], { statements: statements('true'), rebuilds })).toMatchObject({ kind: 'written' })
    expect(goods()).toEqual(['bolt', 'nut'])
    expect(write(["insert into goods (name, maker) values ('saw', 99)"])).toMatchObject({
      message: 'FOREIGN KEY constraint failed',
    })
    expect(write(['delete from makers'])).toMatchObject({ kind: 'written' })
    expect(goods()).toEqual([])
  })

  it('tells what each statement returned', () => {
    const reply = write([
      "insert into goods (name) values ('saw'), ('file')",
      'update goods set name = upper(name) where id < 3 returning id, name',
      'create table empty (a)',
      'delete from goods where id = 99',
    ])
    expect(reply).toMatchObject({
      kind: 'written',
      results: [
        { rows: [] },
        {
          columns: ['id', 'name'],
          rows: [
            [{ i: '1' }, 'BOLT'],
            [{ i: '2' }, 'NUT'],
          ],
        },
        { rows: [] },
        { rows: [] },
      ],
    })
    expect(goods()).toEqual(['BOLT', 'NUT', 'saw', 'file'])
  })

  it('leaves nothing when the second statement fails', () => {
    const reply = write([
      "insert into goods (name) values ('saw')",
      "insert into goods (name) values ('bolt')",
    ])
    expect(reply).toEqual({
      kind: 'failed',
      reason: 'sql',
      message: 'UNIQUE constraint failed: goods.name',
      statement: 1,
    })
    expect(goods()).toEqual(['bolt', 'nut'])
    expect(handle.isTransaction).toBe(false)
  })

  it('leaves nothing when a statement ends the transaction by itself', () => {
    const reply = write([
      'delete from goods where id = 2',
      "insert or rollback into goods (name) values ('bolt')",
    ])
    expect(reply).toMatchObject({ kind: 'failed', reason: 'sql' })
    expect(goods()).toEqual(['bolt', 'nut'])
  })

  it('leaves nothing when the time is over between two statements', () => {
    const commit = vi.fn()
    const slow =
      'select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n limit 300000) select i from n)'
    expect(write(['delete from goods', slow], { timeLimitMs: 5, beforeCommit: commit })).toMatchObject({
      kind: 'failed',
      reason: 'interrupted',
    })
    expect(commit).not.toHaveBeenCalled()
    expect(goods()).toEqual(['bolt', 'nut'])
  })

  it('refuses returned rows beyond the size of an answer, and leaves nothing', () => {
    const large =
      'with recursive n(i) as (select 3 union all select i + 1 from n limit 20) insert into goods (id, name) select i, hex(zeroblob(5000000)) || i from n returning name'
    expect(write([large], { timeLimitMs: 20_000 })).toMatchObject({ kind: 'failed', reason: 'too-large' })
    expect(goods()).toEqual(['bolt', 'nut'])
  })

  it('enforces foreign keys', () => {
    expect(write(["insert into goods (name, maker) values ('saw', 99)"])).toEqual({
      kind: 'failed',
      reason: 'sql',
      message: 'FOREIGN KEY constraint failed',
      statement: 0,
    })
  })

  it('makes full-text tables and columns with checks', () => {
    const statements = [
      'create virtual table found using fts5(name, content="goods")',
      "insert into found (found) values ('rebuild')",
      'alter table goods add column size integer not null default 0 check (size >= 0)',
    ]
    expect(write(statements)).toMatchObject({ kind: 'written' })
  })

  it.each([
    ['attaching a file', "attach 'other.db' as other"],
    ['ending our transaction', 'commit'],
    ['a transaction inside ours', 'begin'],
    ['a savepoint', 'savepoint s'],
    ['a temporary view that would stand before a table', 'create temp view makers as select 1'],
    ['making the schema writable', 'pragma writable_schema = 1'],
    ['switching foreign keys off', 'pragma foreign_keys = off'],
    ['changing the journal mode', 'pragma journal_mode = wal'],
    ['loading code', "select load_extension('evil.so')"],
    ['changing the schema by hand', "update sqlite_schema set sql = ''"],
    ['two statements in one', 'delete from goods; delete from makers'],
  ])('refuses %s, and leaves nothing', (_name, sql) => {
    expect(write(['delete from goods', sql])).toMatchObject({ kind: 'failed', reason: 'sql' })
    expect(goods()).toEqual(['bolt', 'nut'])
  })

  describe('with a list of what it may do', () => {
    const may = [{ operation: 'insert', table: 'makers' }] as const

    it('does what is on the list', () => {
      expect(write(["insert into makers values (2, 'Oak')"], { may })).toMatchObject({ kind: 'written' })
    })

    it.each([
      ['another table', "insert into goods values (9, 'x', 1)", [{ operation: 'insert', table: 'goods' }]],
      ['another kind of change', 'delete from goods', [{ operation: 'delete', table: 'goods' }]],
      [
        "a foreign key's action",
        "insert or replace into makers values (1, 'Oak')",
        [{ operation: 'delete', table: 'goods' }],
      ],
    ])('tells of %s, and leaves nothing', (_name, sql, changes) => {
      const statements = ["insert into makers values (2, 'Oak')", sql]
      expect(write(statements, { may })).toEqual({ kind: 'unpermitted', changes })
      expect(handle.prepare('select count(*) from makers').get()).toEqual([1n])
      expect(goods()).toEqual(['bolt', 'nut'])
    })

    it('does not count what triggers do, nor what virtual tables prepare for themselves', () => {
      handle.exec(`
        create virtual table words using fts5(word);
        create virtual table boxes using rtree(id, low, high);
        create trigger log after insert on makers begin
          insert into words values (new.name);
          insert into boxes values (new.id, 1, 2);
          delete from goods;
        end`)
      expect(write(["insert into makers values (2, 'Oak')"], { may })).toMatchObject({ kind: 'written' })
      expect(goods()).toEqual([])
      const boxes = [{ operation: 'insert', table: 'boxes' }] as const
      expect(write(['insert into boxes values (7, 1, 2)'], { may: boxes })).toMatchObject({ kind: 'written' })
    })
  })

  it('gives the file a write-ahead log', () => {
    expect(handle.prepare('pragma journal_mode').get()).toEqual(['wal'])
  })
})
