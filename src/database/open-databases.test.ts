import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { turnEnd } from '../turn.ts'
import { DatabaseBusyError } from './busy.ts'
import { openDatabases, type Databases, type OpenOptions } from './open-databases.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function make(name: string, sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)'): string {
  const path = join(folder, name)
  const handle = new DatabaseSync(path)
  handle.exec(sql)
  handle.close()
  return path
}

const open = (options: Partial<OpenOptions>) =>
  openDatabases({
    files: [],
    immutables: [],
    memory: false,
    create: false,
    readers: 1,
    cacheSizeKb: 0,
    log,
    ...options,
  })

function requireOpen(options: Partial<OpenOptions>): Databases {
  const opened = open(options)
  if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join('\n'))
  onTestFinished(() => opened.value.close())
  return opened.value
}

describe('openDatabases', () => {
  it('names databases by their file and makes names unique', () => {
    for (const sub of ['a', 'b', 'c']) mkdirSync(join(folder, sub))
    const files = ['My Db.v1.db', 'a/x.db', 'b/x.sqlite', 'c/x', 'a/x_2.db'].map((name) => make(name))
    const { list } = requireOpen({ files })
    expect(list.map(({ name }) => name)).toEqual(['My Db.v1', 'x', 'x_2', 'x_3', 'x_2_2'])
  })

  it('finds a database by name', () => {
    const databases = requireOpen({ files: [make('shop.db')] })
    expect(databases.find('shop')?.name).toBe('shop')
    expect(databases.find('nope')).toBeNull()
  })

  it('tells what is known about a mutable file', () => {
    const [database] = requireOpen({ files: [make('shop.db')] }).list
    expect(database).toMatchObject({
      isMutable: true,
      hash: null,
      path: join(folder, 'shop.db'),
    })
    expect(database?.color).toBe(createHash('md5').update('shop').digest('hex').slice(0, 6))
    expect(database?.sizeInBytes()).toBe(8192)
  })

  it('hashes an immutable file and refuses to write to it', async () => {
    const [database] = requireOpen({ immutables: [make('shop.db')] }).list
    expect(database?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(database?.color).toBe(database?.hash?.slice(0, 6))
    expect(await database?.write({ statements: [], timeLimitMs: 100 })).toEqual({
      ok: false,
      error: { reason: 'immutable' },
    })
    expect(existsSync(join(folder, 'shop.db-journal'))).toBe(false)
  })

  it('keeps its log beside the file while it is open, and leaves one whole file', async () => {
    const path = make('shop.db')
    const opened = open({ files: [path] })
    if (!opened.ok) throw new Error('it must open')
    const statements = [{ sql: 'create table added (a)', params: [] }]
    expect(await opened.value.list[0]?.write({ statements, timeLimitMs: 5000 })).toMatchObject({ ok: true })
    expect(existsSync(`${path}-wal`)).toBe(true)
    await opened.value.close()
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(existsSync(`${path}-shm`)).toBe(false)
  })

  it('leaves whole files where readers have several of them open', async () => {
    const files = ['a.db', 'b.db', 'c.db'].map((name) => make(name))
    for (let n = 0; n < 3; n += 1) {
      const opened = open({ files })
      if (!opened.ok) throw new Error('they must open')
      for (const database of opened.value.list) {
        await database.write({
          statements: [{ sql: "insert into t (name) values ('x')", params: [] }],
          timeLimitMs: 5000,
        })
        const read = {
          sql: 'select * from t',
          params: [],
          maxRows: 9,
          timeLimitMs: 5000,
          shape: 'arrays',
        } as const
        expect(await database.query(read)).toMatchObject({ ok: true })
      }
      await opened.value.close()
      expect(readdirSync(dirname(files[0] ?? '')).filter((name) => /-(?:wal|shm)$/u.test(name))).toEqual([])
    }
  })

  it('shares the in-memory database between all processes and removes it at the end', async () => {
    const opened = open({})
    if (!opened.ok) throw new Error('it must open')
    const [memory] = opened.value.list
    expect(memory).toMatchObject({ name: '_memory', path: null, isMutable: true })
    expect(memory?.sizeInBytes()).toBe(0)
    await memory?.write({
      statements: [
        { sql: 'create table t (a)', params: [] },
        { sql: 'insert into t values (1)', params: [] },
      ],
      timeLimitMs: 5000,
    })
    const read = await memory?.query({
      sql: 'select a, (select file from pragma_database_list) as file from t',
      params: [],
      maxRows: 1,
      timeLimitMs: 5000,
      shape: 'arrays',
    })
    const file = read?.ok === true ? String(read.value.lastRow?.[1]) : ''
    expect(memory?.get('select a from t', [])).toEqual({ a: 1n })
    expect(existsSync(file)).toBe(true)
    await opened.value.close()
    expect(existsSync(file)).toBe(false)
  })

  it('adds the in-memory database in front when it is asked for', () => {
    const { list } = requireOpen({ files: [make('shop.db')], memory: true })
    expect(list.map(({ name }) => name)).toEqual(['_memory', 'shop'])
  })

  it('makes missing files when it is told to', () => {
    const path = join(folder, 'new.db')
    const [database] = requireOpen({ files: [path], create: true }).list
    expect(database?.schema().tables).toEqual([])
    expect(existsSync(path)).toBe(true)
  })

  it('opens an empty file and a file in WAL mode', () => {
    writeFileSync(join(folder, 'empty.db'), '')
    const wal = make('wal.db', 'PRAGMA journal_mode = wal; CREATE TABLE t (a)')
    const { list } = requireOpen({ files: [join(folder, 'empty.db'), wal] })
    expect(list.map((database) => database.schema().tables.length)).toEqual([0, 1])
  })

  it('undoes what a writer that was stopped in the middle has left', () => {
    const path = make('shop.db', 'CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    const stopped = new DatabaseSync(path)
    // With no room in its cache the transaction goes to the file before its end, journal first.
    stopped.exec('PRAGMA cache_size = 1; BEGIN; UPDATE t SET a = 2')
    stopped.exec('INSERT INTO t SELECT zeroblob(5000) FROM pragma_function_list')
    const [copy, journal] = [join(folder, 'copy.db'), join(folder, 'copy.db-journal')]
    copyFileSync(path, copy)
    copyFileSync(`${path}-journal`, journal)
    stopped.close()

    const [database] = requireOpen({ files: [copy] }).list
    expect(database?.get('select a from t', [])).toEqual({ a: 1n })
    expect(existsSync(journal)).toBe(false)
  })

  it('reports every file that cannot be served, each with its reason', () => {
    const good = make('good.db')
    writeFileSync(join(folder, 'text.db'), 'not a database. '.repeat(100))
    symlinkSync(good, join(folder, 'link.db'))
    const paths = ['missing.db', 'text.db', 'good.db', 'link.db', '.'].map((name) => join(folder, name))
    const opened = open({ files: paths, immutables: [join(folder, 'also-missing.db')] })
    expect(opened.ok ? [] : opened.error).toEqual([
      { path: paths[0], reason: 'missing', message: `Path '${paths[0]}' does not exist.` },
      { path: paths[1], reason: 'not-sqlite', message: `${paths[1]} is not a SQLite database` },
      { path: paths[3], reason: 'duplicate', message: `Duplicate database file: ${paths[3]}` },
      { path: paths[4], reason: 'not-a-file', message: `${paths[4]} is not a file` },
      expect.objectContaining({ reason: 'missing' }),
    ])
  })

  it('does not make an immutable file', () => {
    expect(open({ immutables: [join(folder, 'new.db')], create: true }).ok).toBe(false)
    expect(existsSync(join(folder, 'new.db'))).toBe(false)
  })

  it('makes nothing when another file cannot be served', () => {
    const path = join(folder, 'new.db')
    expect(open({ files: [path, folder], create: true }).ok).toBe(false)
    expect(existsSync(path)).toBe(false)
  })

  it('says so when a file cannot be made', () => {
    const opened = open({ files: [join(folder, 'no', 'folder.db')], create: true })
    expect(opened.ok ? [] : opened.error).toMatchObject([{ reason: 'unreadable' }])
  })
})

describe('Database', () => {
  it('answers own statements in process, with exact integers and parameters of both kinds', () => {
    const path = make(
      'shop.db',
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (9007199254740993, 'x')",
    )
    const [database] = requireOpen({ files: [path] }).list
    expect(database?.get('select * from t where id = ?', [9007199254740993n])).toEqual({
      id: 9007199254740993n,
      name: 'x',
    })
    expect(database?.get('select * from t where name = :name', { name: 'x' })).toMatchObject({ name: 'x' })
    expect(database?.get('select * from t where id = ?', [1n])).toBeNull()
    expect(database?.get('select typeof(?) as a, typeof(?) as b', [1n, 1])).toEqual({
      a: 'integer',
      b: 'real',
    })
  })

  it('says busy at once while another process has locked the file, and goes on afterwards', async () => {
    const path = make('shop.db', 'CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    const [database] = requireOpen({ files: [path] }).list
    const schema = database?.schema()
    // What is read in one turn holds the file until it ends.
    await turnEnd()
    const other = new DatabaseSync(path)
    other.exec('BEGIN EXCLUSIVE')
    const start = performance.now()
    for (const sql of ['select a from t', 'select a + 1 as b from t']) {
      expect(() => database?.get(sql, [])).toThrow(DatabaseBusyError)
    }
    expect(database?.schema()).toBe(schema)
    expect(performance.now() - start).toBeLessThan(50)

    other.exec('COMMIT')
    other.close()
    expect(database?.get('select a from t', [])).toEqual({ a: 1n })
  })

  it('ends an answer before it grows beyond the asked size', async () => {
    const path = make('shop.db', 'CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)')
    const [database] = requireOpen({ files: [path] }).list
    const query = {
      sql: 'select a from t',
      params: [],
      maxRows: 9,
      timeLimitMs: 5000,
      shape: 'arrays',
    } as const
    expect(await database?.query({ ...query, maxBytes: 9 })).toMatchObject({
      ok: true,
      value: { truncated: true, lastRow: [2n] },
    })
    expect(await database?.query(query)).toMatchObject({ value: { truncated: false, lastRow: [3n] } })
  })

  describe('walk', () => {
    // On a busy machine the few milliseconds of a walk can be over before it has begun: what must come in the end is polled for.
    const walk = {
      sql: 'select * from t where id > :p0 order by id limit 4',
      params: { p0: 1n },
      maxRows: 3,
      timeLimitMs: 1000,
      shape: 'objects',
    } as const
    const withRows = (values: string) => {
      const path = make(
        'shop.db',
        `CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES ${values}`,
      )
      const [database] = requireOpen({ files: [path] }).list
      return { path, database }
    }

    it.each([
      ['objects', { shape: 'objects' }],
      ['arrays', { shape: 'arrays' }],
      ['a style', { shape: 'arrays', style: { jsonColumns: ['v'], infinity: true } }],
      ['the last page', { shape: 'arrays', maxRows: 9 }],
      ['no rows', { shape: 'arrays', params: { p0: 9223372036854775807n } }],
    ] as const)('gives what a query gives: %s', async (_what, asked) => {
      const { database } = withRows(
        `(1, 1), (2, 1.0), (3, '{"a":1}'), (4, x'ff00'), (5, 9e999), (9223372036854775807, null)`,
      )
      const found = await database?.query({ ...walk, ...asked })
      expect(found).toMatchObject({ ok: true })
      await expect.poll(() => ({ ok: true, value: database?.walk({ ...walk, ...asked }) })).toEqual(found)
    })

    it('gives up a page of many bytes, one that takes its time, and one behind a lock, at once', async () => {
      const { database, path } = withRows("(2, 'small'), (3, printf('%300000c', 'x'))")
      const one = () => database?.walk({ ...walk, maxRows: 1 })
      await expect.poll(one).toMatchObject({ truncated: true })
      expect(database?.walk(walk)).toBeNull()
      expect(database?.walk({ ...walk, maxRows: 1, timeLimitMs: 0 })).toBeNull()

      await turnEnd()
      const other = new DatabaseSync(path)
      other.exec('BEGIN EXCLUSIVE')
      expect(one()).toBeNull()
      other.exec('COMMIT')
      other.close()
      await expect.poll(one).toMatchObject({ lastRow: [2n, 'small'] })
    })

    it('leaves what is wrong with a statement to a reader, who explains it', () => {
      const { database } = withRows('(1, 1)')
      expect(database?.walk({ ...walk, sql: 'select nothing from t where id > :p0' })).toBeNull()
    })
  })

  it('cannot write in process', () => {
    const [database] = requireOpen({ files: [make('shop.db')] }).list
    expect(() => database?.get("insert into t (name) values ('x')", [])).toThrow('readonly')
  })

  it('shows what was written to the one who wrote, even where others have looked at the file in the same turn', async () => {
    const [database] = requireOpen({ files: [make('shop.db')] }).list
    const write = () =>
      database?.write({
        statements: [{ sql: "insert into t (name) values ('x')", params: [] }],
        timeLimitMs: 5000,
      })
    const count = () => database?.get('select count(*) as n from t', [])
    await write()

    let isOver = false
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    // Holds the state of the file and sleeps for the rest of the turn, so that the process that writes commits and answers meanwhile.
    const keepLooking = () => {
      database?.schema()
      count()
      Atomics.wait(sleeper, 0, 0, 10)
      if (!isOver) setImmediate(keepLooking)
    }
    keepLooking()
    for (const n of [2n, 3n, 4n]) {
      await write()
      expect(count()).toEqual({ n })
    }
    isOver = true
  })

  it('sees at once what was written, in process and in queries', async () => {
    const [database] = requireOpen({ files: [make('shop.db')] }).list
    for (const name of ['a', 'b', 'c']) {
      await database?.write({
        statements: [{ sql: 'insert into t (name) values (?)', params: [name] }],
        timeLimitMs: 5000,
      })
      expect(database?.get('select name from t order by id desc', [])).toEqual({ name })
      const read = await database?.query({
        sql: 'select name from t order by id desc',
        params: [],
        maxRows: 1,
        timeLimitMs: 5000,
        shape: 'objects',
      })
      expect(read?.ok === true && Buffer.from(read.value.rows).toString()).toBe(`[{"name":"${name}"}]`)
    }
  })
})
