import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BackgroundSync } from './background-sync.ts'
import { openStore, type Store } from './connect.ts'

let directory: string
let store: Store
const open = (path: string) => {
  const opened = openStore(path)
  if (!opened.ok) throw new Error(opened.error.reason)
  return opened.value
}
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-test-'))
  store = open(join(directory, 'internal.db'))
  await sql`create table t (n integer)`.execute(store)
})
afterEach(async () => {
  await store.destroy()
  rmSync(directory, { recursive: true })
})

const levelOf = async (db: Store) =>
  (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows[0]?.synchronous

it('commits without SQLite’s own sync, and leaves everybody else’s as it was', async () => {
  const levels: unknown[] = []
  const disk = new BackgroundSync(store)
  await disk.write(async (db) => {
    levels.push(await levelOf(db))
    await sql`insert into t values (1)`.execute(db)
  })
  await disk.close()
  expect([...levels, await levelOf(store)]).toEqual([1, 2])
  const other = open(join(directory, 'internal.db'))
  expect((await sql`select n from t`.execute(other)).rows).toEqual([{ n: 1 }])
  await other.destroy()
})

it('leaves it as it was after a failure, and tells of it', async () => {
  const disk = new BackgroundSync(store)
  await expect(
    disk.write(async (db) => void (await sql`insert into missing values (1)`.execute(db))),
  ).rejects.toThrow('no such table')
  await disk.close()
  expect(await levelOf(store)).toBe(2)
})

it('fails when the log is not there to be synced: nobody may rely on what the disk does not have', async () => {
  rmSync(join(directory, 'internal.db-wal'))
  const disk = new BackgroundSync(store)
  await expect(
    disk.write(async (db) => void (await sql`insert into t values (1)`.execute(db))),
  ).rejects.toThrow('ENOENT')
})

it('writes to a database in memory as well', async () => {
  const memory = open(':memory:')
  await sql`create table t (n integer)`.execute(memory)
  await new BackgroundSync(memory).write(async (db) => void (await sql`insert into t values (1)`.execute(db)))
  expect((await sql`select n from t`.execute(memory)).rows).toEqual([{ n: 1 }])
  await memory.destroy()
})
