import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { turnEnd } from '../turn.ts'
import { DatabaseBusyError } from './busy.ts'
import { SchemaReader } from './introspect.ts'
import { openForServer } from './open-file.ts'

/** A file with this schema, a connection that may change it, and a reader of its schema. */
function open(sql: string) {
  const folder = mkdtempSync(join(tmpdir(), 'introspect-'))
  const path = join(folder, 'shop.db')
  const owner = new DatabaseSync(path)
  owner.exec(sql)
  const handle = openForServer({ path, immutable: false, cacheSizeKb: 0 })
  onTestFinished(() => {
    owner.close()
    handle.close()
    rmSync(folder, { recursive: true })
  })
  return { owner, handle, reader: new SchemaReader(handle, false) }
}

describe('SchemaReader', () => {
  it('lists tables and views by name', () => {
    const { reader } = open(`
      CREATE TABLE zebra (id); CREATE TABLE apple (id); CREATE VIEW view_b AS SELECT 1; CREATE VIEW view_a AS SELECT 1;
      CREATE TABLE _hidden (id); CREATE INDEX an_index ON apple (id);
    `)
    expect(reader.current().tables).toEqual([
      { name: '_hidden', hidden: true, ftsTable: null },
      { name: 'apple', hidden: false, ftsTable: null },
      { name: 'zebra', hidden: false, ftsTable: null },
    ])
    expect(reader.current().views).toEqual(['view_a', 'view_b'])
  })

  it('describes columns', () => {
    const { reader } = open(`CREATE TABLE goods (
      sku VARCHAR(9) NOT NULL, n INTEGER DEFAULT (1 + 1), note, twice AS (n * 2), PRIMARY KEY (n, sku))`)
    const table = reader.current().table('goods')
    expect(table?.columns).toEqual([
      { name: 'sku', type: 'VARCHAR(9)', notNull: true, defaultSql: null, pkPosition: 2, hidden: 0 },
      { name: 'n', type: 'INTEGER', notNull: false, defaultSql: '1 + 1', pkPosition: 1, hidden: 0 },
      { name: 'note', type: '', notNull: false, defaultSql: null, pkPosition: 0, hidden: 0 },
      { name: 'twice', type: '', notNull: false, defaultSql: null, pkPosition: 0, hidden: 2 },
    ])
    expect(table).toMatchObject({ primaryKeys: ['n', 'sku'], kind: 'table' })
    expect(table?.sql).toMatch(/^CREATE TABLE goods/)
  })

  it('gives no key to a table that declares none, nor to a view', () => {
    const { reader } = open('CREATE TABLE log (entry); CREATE VIEW entries AS SELECT entry FROM log')
    expect(reader.current().table('log')).toMatchObject({ primaryKeys: [] })
    expect(reader.current().table('entries')).toMatchObject({ kind: 'view', primaryKeys: [] })
  })

  it('knows tables by their exact name only', () => {
    const { reader } = open('CREATE TABLE Log (entry)')
    expect(reader.current().table('log')).toBeNull()
    expect(reader.current().table('sqlite_schema')).toBeNull()
    expect(reader.current().table('__proto__')).toBeNull()
  })

  it('copes with any name', () => {
    const { reader } = open(`CREATE TABLE "a ""b"" 'c' [d];" ("x ""y""" INTEGER PRIMARY KEY)`)
    expect(reader.current().table(`a "b" 'c' [d];`)).toMatchObject({ primaryKeys: ['x "y"'] })
  })

  it('tells foreign keys in both directions, sorted, to the real name and the primary key', () => {
    const { reader } = open(`
      CREATE TABLE Makers (id INTEGER PRIMARY KEY);
      CREATE TABLE shelves (code TEXT PRIMARY KEY);
      CREATE TABLE pairs (a, b, PRIMARY KEY (a, b));
      CREATE TABLE goods (
        shelf TEXT REFERENCES shelves(code), maker INTEGER REFERENCES MAKERS, gone REFERENCES nowhere(id),
        a, b, FOREIGN KEY (a, b) REFERENCES pairs (a, b));
    `)
    const schema = reader.current()
    expect(schema.table('goods')?.foreignKeys.outgoing).toEqual([
      { column: 'maker', otherTable: 'Makers', otherColumn: 'id' },
      { column: 'shelf', otherTable: 'shelves', otherColumn: 'code' },
    ])
    expect(schema.table('Makers')?.foreignKeys.incoming).toEqual([
      { column: 'id', otherTable: 'goods', otherColumn: 'maker' },
    ])
    expect(schema.table('pairs')?.foreignKeys).toEqual({ outgoing: [], incoming: [] })
  })

  it('shows a view that refers to nothing without columns', () => {
    const { reader } = open('CREATE VIEW broken AS SELECT * FROM nope')
    expect(reader.current().table('broken')).toMatchObject({
      columns: [],
      sql: expect.stringContaining('nope') as string,
    })
  })

  it('sees a change that another connection made, and only then reads again', async () => {
    const { owner, reader } = open('CREATE TABLE a (id)')
    const before = reader.current()
    expect(reader.current()).toBe(before)
    await turnEnd()
    owner.exec('INSERT INTO a VALUES (1)')
    expect(reader.current()).toBe(before)

    await turnEnd()
    owner.exec('ALTER TABLE a ADD COLUMN name; CREATE TABLE b (id)')
    expect(reader.current().tables.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(reader.current().table('a')?.columns).toHaveLength(2)
  })

  it('reads one state of the file until its turn is over, or something was written', async () => {
    const { owner, handle, reader } = open('CREATE TABLE a (id); INSERT INTO a VALUES (1)')
    owner.exec('PRAGMA journal_mode = wal')
    const count = handle.prepare('SELECT count(*) AS n FROM a')
    reader.current()
    owner.exec('INSERT INTO a VALUES (2); CREATE TABLE b (id)')
    expect(count.get()).toEqual({ n: 1n })
    expect(reader.current().tables).toHaveLength(1)
    await turnEnd()
    expect(reader.current().tables).toHaveLength(2)
    expect(count.get()).toEqual({ n: 2n })

    owner.exec('INSERT INTO a VALUES (3); CREATE TABLE c (id)')
    expect(count.get()).toEqual({ n: 2n })
    reader.renew()
    expect(reader.current().tables).toHaveLength(3)
    expect(count.get()).toEqual({ n: 3n })
  })

  it('answers from memory while another process has locked the file', async () => {
    const { owner, reader } = open('CREATE TABLE a (id); CREATE TABLE b (id)')
    const before = reader.current()
    before.table('a')
    await turnEnd()
    owner.exec('BEGIN EXCLUSIVE; CREATE TABLE c (id)')
    const start = performance.now()
    expect(reader.current()).toBe(before)
    expect(reader.current().table('a')?.columns).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(50)

    await turnEnd()
    owner.exec('COMMIT')
    expect(reader.current().tables.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  it('says busy when the file is locked before anything was read', async () => {
    const { owner, reader } = open('CREATE TABLE a (id REFERENCES a(id))')
    owner.exec('BEGIN EXCLUSIVE')
    expect(() => reader.current()).toThrow(DatabaseBusyError)
    owner.exec('COMMIT')
    const schema = reader.current()
    await turnEnd()

    owner.exec('BEGIN EXCLUSIVE')
    expect(() => schema.table('a')).toThrow(DatabaseBusyError)
    owner.exec('COMMIT')
    expect(schema.table('a')?.columns).toHaveLength(1)
  })

  it('reads an immutable file once', () => {
    const { owner, handle } = open('CREATE TABLE a (id)')
    const reader = new SchemaReader(handle, true)
    const before = reader.current()
    owner.exec('CREATE TABLE b (id)')
    expect(reader.current()).toBe(before)
  })

  it('lists ten thousand tables in a handful of statements', () => {
    const tables = Array.from(
      { length: 10_000 },
      (_, n) => `CREATE TABLE t${n} (id INTEGER PRIMARY KEY REFERENCES t0);`,
    )
    const { handle, reader } = open(`BEGIN; ${tables.join('')} COMMIT`)
    const prepare = vi.spyOn(handle, 'prepare')
    expect(reader.current().tables).toHaveLength(10_000)
    expect(prepare).toHaveBeenCalledTimes(1)

    expect(reader.current().table('t0')?.foreignKeys.incoming).toHaveLength(10_000)
    expect(prepare.mock.calls.length).toBeLessThanOrEqual(4)
  })
})
