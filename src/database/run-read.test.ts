import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { ReadMessage } from './messages.ts'
import { openForReader } from './open-file.ts'
import { runRead } from './run-read.ts'
import type { SqlParams } from './values.ts'
import { encodeParams } from './wire-values.ts'

const folder = mkdtempSync(join(tmpdir(), 'run-read-'))
const file = { path: join(folder, 'shop.db'), immutable: false, cacheSizeKb: 0 }
let handle: DatabaseSync

beforeAll(() => {
  const setup = new DatabaseSync(file.path)
  setup.exec(`
    CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, price REAL);
    INSERT INTO goods VALUES (1, 'bolt', 1.0), (9007199254740993, 'nut', 0.25), (9223372036854775807, 'saw', NULL);
    CREATE VIRTUAL TABLE notes USING fts5(text);
    INSERT INTO notes VALUES ('a hidden note');
    CREATE VIRTUAL TABLE boxes USING rtree(id, left, right);
    INSERT INTO boxes VALUES (1, 0, 10);
  `)
  setup.close()
  handle = openForReader(file)
})

afterAll(() => {
  handle.close()
  rmSync(folder, { recursive: true })
})

function read(sql: string, options: Partial<ReadMessage> & { readonly given?: SqlParams } = {}) {
  const { given = {}, ...rest } = options
  const message: ReadMessage = {
    kind: 'read',
    file,
    sql,
    params: encodeParams(given),
    maxRows: 100,
    maxBytes: MAX_ANSWER_BYTES,
    timeLimitMs: 1000,
    shape: 'arrays',
    withLastRow: true,
    ...rest,
  }
  const { reply, body } = runRead(handle, message)
  return reply.kind === 'rows' ? { ...reply, rows: Buffer.concat(body).toString() } : reply
}

describe('runRead', () => {
  it('tells the last row only to those who want it', () => {
    expect(read('select 1', { withLastRow: false })).toMatchObject({ lastRow: null })
  })

  it('answers with exact integers and marked floats', () => {
    expect(read('select id, price from goods order by id', { shape: 'objects' })).toMatchObject({
      columns: ['id', 'price'],
      truncated: false,
      lastRow: [{ i: '9223372036854775807' }, null],
      rows: '[{"id":1,"price":1.0},{"id":9007199254740993,"price":0.25},{"id":9223372036854775807,"price":null}]',
    })
  })

  it('stops at the number of rows and says that there were more', () => {
    expect(read('select id from goods order by id', { maxRows: 1 })).toMatchObject({
      truncated: true,
      rows: '[[1]]',
    })
    expect(read('select id from goods', { maxRows: 3 })).toMatchObject({ truncated: false })
    expect(read('select id from goods', { maxRows: 0 })).toMatchObject({
      rows: '[]',
      truncated: true,
      lastRow: null,
    })
  })

  it('stops at the number of bytes with whole rows, and says that there were more', () => {
    const sql = 'select id, name from goods order by id'
    const rows = '[[1,"bolt"],[9007199254740993,"nut"]]'
    for (const maxBytes of [rows.length, rows.length + 5]) {
      expect(read(sql, { maxBytes })).toMatchObject({
        truncated: true,
        rows,
        lastRow: [{ i: '9007199254740993' }, 'nut'],
      })
    }
    expect(read(sql, { maxBytes: rows.length - 1 })).toMatchObject({ truncated: true, rows: '[[1,"bolt"]]' })
    expect(read(sql, { maxBytes: 1000 })).toMatchObject({ truncated: false })
  })

  it('refuses a first row that alone is larger', () => {
    expect(read('select name from goods order by id', { maxBytes: 9 })).toMatchObject({
      kind: 'failed',
      reason: 'too-large',
    })
    expect(read('select name from goods where id = 99', { maxBytes: 10 })).toMatchObject({ rows: '[]' })
  })

  it('binds a bigint as an integer, text as text, and a number as a float, also where it is whole', () => {
    expect(
      read('select typeof(:a), typeof(:b), typeof(:c)', { given: { a: 5n, b: '5', c: 5 } }),
    ).toMatchObject({
      rows: '[["integer","text","real"]]',
    })
  })

  it('takes double quotes around no column for text, as Datasette does', () => {
    expect(read('select "no such column"')).toMatchObject({ rows: '[["no such column"]]' })
  })

  it('reads full-text and R-tree tables', () => {
    expect(read("select text from notes where notes match 'hidden'")).toMatchObject({
      rows: '[["a hidden note"]]',
    })
    expect(read('select id from boxes where left <= 5')).toMatchObject({ rows: '[[1]]' })
  })

  it('answers from the pragma functions that are allowed', () => {
    expect(read("select name from pragma_table_info('goods')")).toMatchObject({
      rows: '[["id"],["name"],["price"]]',
    })
  })

  it('ends between two rows when the time is over', () => {
    const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n'
    expect(read(endless, { maxRows: 1e9, timeLimitMs: 30 })).toMatchObject({
      kind: 'failed',
      reason: 'interrupted',
    })
    expect(read('select 1')).toMatchObject({ rows: '[[1]]' })
  })

  it.each([
    ['a fault in the SQL', 'selec 1', 'near "selec": syntax error'],
    ['an unknown table', 'select * from nope', 'no such table: nope'],
    ['a second statement', 'select 1; select 2', 'You can only execute one statement at a time.'],
    ['no statement', '-- nothing', 'The SQL contains no statement.'],
    ['text behind a null character', 'select 1\0; drop table goods', 'The SQL contains a null character.'],
    ['a value that is missing', 'select :a', 'You did not supply a value for binding parameter :a.'],
    ['a failing function', "select json('{')", 'malformed JSON'],
  ])('explains %s', (_name, sql, message) => {
    expect(read(sql)).toEqual({ kind: 'failed', reason: 'sql', message })
  })

  it('accepts a semicolon and comments at the end', () => {
    expect(read('select 1; -- done')).toMatchObject({ rows: '[[1]]' })
  })

  it.each([
    ['attaching a file', `attach '${join(folder, 'other.db')}' as other`],
    ['attaching memory', "attach ':memory:' as other"],
    ['copying the database to a file', `vacuum into '${join(folder, 'copy.db')}'`],
    ['explaining an attachment', "explain attach ':memory:' as other"],
    ['reading a setting', 'pragma cache_size'],
    ['changing a setting', 'pragma query_only = 0'],
    ['making the schema writable', 'pragma writable_schema = 1'],
    ['a setting through a function', 'select * from pragma_journal_mode'],
    ['a new value through a function', 'select * from pragma_page_size(512)'],
    ['loading code', "select load_extension('evil.so')"],
    ['a temporary table', 'create temp table t (a)'],
    ['a temporary view', 'create temp view goods as select 1'],
    ['a transaction', 'begin'],
    ['a savepoint', 'savepoint s'],
    ['an index', 'create index i on goods (name)'],
    ['writing', "insert into goods (name) values ('x')"],
    ['writing behind WITH', "with a as (select 1) insert into goods (name) select 'x' from a"],
    ['deleting everything', 'delete from goods'],
  ])('refuses %s', (_name, sql) => {
    expect(read(sql)).toMatchObject({ kind: 'failed', reason: 'sql' })
    expect(existsSync(join(folder, 'copy.db')) || existsSync(join(folder, 'other.db'))).toBe(false)
    expect(read('select count(*) from goods')).toMatchObject({ rows: '[[3]]' })
  })

  it.each([
    ['zeroblob', 'select zeroblob(500000000)'],
    ['randomblob', 'select hex(randomblob(400000000))'],
    ['replace', "select replace(hex(zeroblob(8000000)), '0', 'a long replacement')"],
    ['printf', "select printf('%.*c', 500000000, 'x')"],
    [
      'group_concat',
      'with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select group_concat(zeroblob(10000)) from n',
    ],
    ['many columns', `select ${Array.from({ length: 40 }, () => 'zeroblob(1000000)').join(', ')}`],
  ])('refuses a memory bomb made with %s', (_name, sql) => {
    expect(read(sql, { maxRows: 1e9, timeLimitMs: 20_000 })).toMatchObject({
      kind: 'failed',
      reason: 'too-large',
    })
  })

  it('ends an endless answer where it is full', () => {
    const endless =
      'with recursive n(i) as (select 1 union all select i + 1 from n) select hex(zeroblob(100000)) from n'
    const answer = read(endless, { maxRows: 1e9, timeLimitMs: 20_000 })
    expect(answer).toMatchObject({ kind: 'rows', truncated: true })
    expect('rows' in answer && answer.rows.length).toBeGreaterThan(MAX_ANSWER_BYTES - 300_000)
    expect('rows' in answer && answer.rows.length).toBeLessThanOrEqual(MAX_ANSWER_BYTES)
  })
})
