import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from './connect.ts'
import { formatStoreFault } from './store-fault.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-store-'))
  path = join(directory, 'internal.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

function open(file = path): Store {
  const store = openStore(file)
  if (!store.ok) throw new Error(formatStoreFault(file, store.error))
  return store.value
}

async function pragma(store: Store, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(store)
  return Object.values(rows[0] ?? {})[0]
}

describe('openStore', () => {
  it('opens with WAL, full durability and foreign keys, and waits for no lock inside SQLite', async () => {
    const store = open()
    expect(await pragma(store, 'journal_mode')).toBe('wal')
    expect(await pragma(store, 'synchronous')).toBe(2)
    expect(await pragma(store, 'foreign_keys')).toBe(1)
    expect(await pragma(store, 'busy_timeout')).toBe(0)
    await store.destroy()
  })

  it('asks again while another process holds the lock, and lets everything else go on meanwhile', async () => {
    const store = open()
    await sql`create table t (a)`.execute(store)
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    // The lock ends by a timer of this very process, which never fires in a process that stands still.
    setTimeout(() => other.exec('commit'), 100)
    await sql`insert into t values (1)`.execute(store)
    other.exec('begin immediate')
    setTimeout(() => other.exec('commit'), 100)
    await store.transaction().execute((transaction) => sql`insert into t values (2)`.execute(transaction))
    expect((await sql`select a from t`.execute(store)).rows).toEqual([{ a: 1 }, { a: 2 }])
    other.close()
    await store.destroy()
  })

  it('creates files that only their owner can read, whatever the umask', async () => {
    const umask = process.umask(0)
    const store = open()
    await sql`create table t (a)`.execute(store)
    process.umask(umask)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600)
    await store.destroy()
  })

  it('leaves the mode of a file that exists to its owner', async () => {
    new DatabaseSync(path).close()
    const { mode } = statSync(path)
    await open().destroy()
    expect(statSync(path).mode).toBe(mode)
  })

  it('keeps what was written', async () => {
    const first = open()
    await sql`create table t (a)`.execute(first)
    await sql`insert into t values (${'ü'}), (${1.5}), (${null}), (${new Uint8Array([0, 255])})`.execute(
      first,
    )
    await first.destroy()

    const second = open()
    const { rows } = await sql`select a from t`.execute(second)
    expect(rows).toEqual([{ a: 'ü' }, { a: 1.5 }, { a: null }, { a: new Uint8Array([0, 255]) }])
    await second.destroy()
  })

  it('tells how many rows a statement changed, and returns rows where asked', async () => {
    const store = open(':memory:').withTables<{ t: { a: number } }>()
    await sql`create table t (a)`.execute(store)
    const inserted = await store
      .insertInto('t')
      .values([{ a: 1 }, { a: 2 }])
      .executeTakeFirst()
    expect(inserted.numInsertedOrUpdatedRows).toBe(2n)
    const updated = await store.updateTable('t').set({ a: 3 }).where('a', '=', 1).returning('a').execute()
    expect(updated).toEqual([{ a: 3 }])
    const deleted = await store.deleteFrom('t').where('a', '=', 9).executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(0n)
    await store.destroy()
  })

  it('refuses values that SQLite has no type for', async () => {
    const store = open(':memory:')
    await expect(sql`select ${true}`.execute(store)).rejects.toThrow(
      'SQLite cannot store a value of type boolean',
    )
    await expect(sql`select ${new Date()}`.execute(store)).rejects.toThrow(
      'SQLite cannot store a value of type object',
    )
    await store.destroy()
  })

  it('takes the write lock when a transaction begins', async () => {
    const store = open()
    await sql`create table t (a)`.execute(store)
    const other = new DatabaseSync(path, { timeout: 0 })
    await store.transaction().execute(async (transaction) => {
      await sql`select * from t`.execute(transaction)
      expect(() => other.exec('insert into t values (1)')).toThrow('database is locked')
    })
    other.exec('insert into t values (1)')
    other.close()
    await store.destroy()
  })

  it('rolls back a transaction that fails', async () => {
    const store = open(':memory:')
    await sql`create table t (a)`.execute(store)
    const failing = store.transaction().execute(async (transaction) => {
      await sql`insert into t values (1)`.execute(transaction)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect((await sql`select * from t`.execute(store)).rows).toEqual([])
    await store.destroy()
  })

  it('keeps simultaneous transactions apart', async () => {
    const store = open(':memory:').withTables<{ t: { a: number } }>()
    await sql`create table t (a)`.execute(store)
    await store.insertInto('t').values({ a: 0 }).execute()
    const increment = () =>
      store.transaction().execute(async (transaction) => {
        const { a } = await transaction.selectFrom('t').select('a').executeTakeFirstOrThrow()
        await transaction
          .updateTable('t')
          .set({ a: a + 1 })
          .execute()
      })
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(await store.selectFrom('t').select('a').execute()).toEqual([{ a: 20 }])
    await store.destroy()
  })

  it('refuses a file that is not SQLite, and leaves it as it was', () => {
    writeFileSync(path, 'These are notes, not a database. '.repeat(99))
    expect(openStore(path)).toEqual({ ok: false, error: { reason: 'not-sqlite' } })
    expect(readFileSync(path, 'utf8')).toContain('These are notes')
  })

  it('refuses a damaged database', () => {
    const database = new DatabaseSync(path)
    database.exec('create table t (a)')
    database.close()
    const bytes = readFileSync(path)
    bytes.fill(0x55, 100, 120) // the head of the page that holds the schema
    writeFileSync(path, bytes)
    expect(openStore(path)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  it('refuses a file whose directory does not exist', () => {
    expect(openStore(join(directory, 'missing', 'internal.db'))).toEqual({
      ok: false,
      error: { reason: 'cannot-open' },
    })
  })

  it('refuses a directory', () => {
    mkdirSync(path)
    expect(openStore(path)).toEqual({ ok: false, error: { reason: 'cannot-open' } })
  })

  it('refuses a file that it cannot write to', () => {
    const database = new DatabaseSync(path)
    database.exec('create table t (a)')
    database.close()
    // A write version from the future makes SQLite open a file for reading only, even for root.
    const bytes = readFileSync(path)
    bytes[18] = 9
    writeFileSync(path, bytes)
    expect(openStore(path)).toEqual({ ok: false, error: { reason: 'not-writable' } })
  })
})

describe('formatStoreFault', () => {
  it('says what is wrong and with which file', () => {
    const format = formatStoreFault.bind(null, '/srv/internal.db')
    expect(format({ reason: 'not-sqlite' })).toBe(
      'The internal database /srv/internal.db is not a SQLite database',
    )
    expect(format({ reason: 'damaged' })).toBe(
      'The internal database /srv/internal.db is damaged; put back a copy of it, or use another file',
    )
    expect(format({ reason: 'cannot-open' })).toBe(
      'The internal database /srv/internal.db cannot be opened; its directory must exist and be writable',
    )
    expect(format({ reason: 'not-writable' })).toBe(
      'The internal database /srv/internal.db cannot be written to',
    )
    expect(format({ reason: 'busy' })).toBe(
      'The internal database /srv/internal.db is locked by another process',
    )
    expect(format({ reason: 'newer', migrations: ['oauth/0009-x'] })).toBe(
      'The internal database /srv/internal.db was made by a newer version (oauth/0009-x); start that version, or use another file',
    )
  })
})
