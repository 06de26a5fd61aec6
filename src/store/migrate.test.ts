import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { openStore, type Store } from './connect.ts'
import { migrateStore, type MigrationOwner } from './migrate.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-migrate-'))
  path = join(directory, 'internal.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

const clock: Clock = { now: () => 1_700_000_000 }

function open(): Store {
  const store = openStore(path)
  if (!store.ok) throw new Error(store.error.reason)
  return store.value
}

/** A migration that leaves its name in the table `log`. */
const logs = (name: string): Migration => ({
  up: async (db) => {
    await sql`create table if not exists log (name text)`.execute(db)
    await sql`insert into log values (${name})`.execute(db)
  },
})

const owner = (name: string, ...migrations: readonly string[]): MigrationOwner => ({
  name,
  migrations: Object.fromEntries(migrations.map((migration) => [migration, logs(`${name} ${migration}`)])),
})

async function logged(store: Store): Promise<readonly unknown[]> {
  const { rows } = await sql<{ name: string }>`select name from log order by rowid`.execute(store)
  return rows.map((row) => row.name)
}

describe('migrateStore', () => {
  it('runs the migrations of each owner by name, owners in their order', async () => {
    const store = open()
    expect(await migrateStore(store, [owner('b', '0002', '0001'), owner('a', '0001')], clock)).toEqual({
      ok: true,
      value: undefined,
    })
    expect(await logged(store)).toEqual(['b 0001', 'b 0002', 'a 0001'])
    await store.destroy()
  })

  it('runs each only once, and new ones later', async () => {
    const store = open()
    await migrateStore(store, [owner('a', '0001')], clock)
    await migrateStore(store, [owner('a', '0001')], clock)
    await migrateStore(store, [owner('a', '0001', '0002'), owner('b', '0001')], clock)
    expect(await logged(store)).toEqual(['a 0001', 'a 0002', 'b 0001'])
    await store.destroy()
  })

  it('remembers them under the name of their owner, with the time', async () => {
    const store = open()
    await migrateStore(store, [owner('datasette-oauth', '0001-codes')], clock)
    expect((await sql`select * from tapedeck_migrations`.execute(store)).rows).toEqual([
      { name: 'datasette-oauth/0001-codes', applied_at: 1_700_000_000 },
    ])
    await store.destroy()
  })

  it('does all or nothing when one of them fails', async () => {
    const store = open()
    const failing: MigrationOwner = {
      name: 'b',
      migrations: {
        '0001': {
          up: async () => {
            throw new Error('no')
          },
        },
      },
    }
    await expect(migrateStore(store, [owner('a', '0001'), failing], clock)).rejects.toThrow('no')
    expect((await sql`select name from sqlite_schema`.execute(store)).rows).toEqual([])
    await store.destroy()
  })

  it('refuses a database that a newer version has changed', async () => {
    const store = open()
    await migrateStore(store, [owner('a', '0001', '0002', '0003')], clock)
    expect(await migrateStore(store, [owner('a', '0001')], clock)).toEqual({
      ok: false,
      error: { reason: 'newer', migrations: ['a/0002', 'a/0003'] },
    })
    await store.destroy()
  })

  it('leaves alone what an owner made who is no longer there', async () => {
    const store = open()
    await migrateStore(store, [owner('a', '0001'), owner('gone', '0001')], clock)
    expect(await migrateStore(store, [owner('a', '0001')], clock)).toEqual({ ok: true, value: undefined })
    expect(await logged(store)).toEqual(['a 0001', 'gone 0001'])
    await store.destroy()
  })

  it('shares a file with the internal tables of Datasette', async () => {
    const database = new DatabaseSync(path)
    database.exec('create table _sqlite_migrations (a); create table catalog_databases (a)')
    database.close()
    const store = open()
    expect(await migrateStore(store, [owner('a', '0001')], clock)).toEqual({ ok: true, value: undefined })
    await store.destroy()
  })

  it('says that another process holds the lock', async () => {
    const store = open()
    await sql`pragma busy_timeout = 1`.execute(store)
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    expect(await migrateStore(store, [owner('a', '0001')], clock)).toEqual({
      ok: false,
      error: { reason: 'busy' },
    })
    other.close()
    await store.destroy()
  })
})
