import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BackgroundSync, type Disk } from '../../../store/background-sync.ts'
import { openStore, type Store } from '../../../store/connect.ts'
import type { OAuthTables } from './tables.ts'
import { WriteGroup } from './write-group.ts'

let store: Store
let db: Kysely<OAuthTables>
let writes: WriteGroup
beforeEach(async () => {
  const opened = openStore(':memory:')
  if (!opened.ok) throw new Error(opened.error.reason)
  store = opened.value
  db = store.$extendTables<OAuthTables>()
  writes = new WriteGroup(new BackgroundSync(store))
  await sql`create table t (a integer primary key)`.execute(db)
})
afterEach(() => db.destroy())

const add = (a: number) =>
  writes.write(async (trx) => {
    await sql`insert into t values (${a})`.execute(trx)
    return a
  })
const rows = async () =>
  (await sql<{ a: number }>`select a from t order by a`.execute(db)).rows.map(({ a }) => a)

describe('WriteGroup', () => {
  it('writes what many ask for at once, and gives each its own answer', async () => {
    const numbers = Array.from({ length: 50 }, (_, number) => number)
    expect(await Promise.all(numbers.map(add))).toEqual(numbers)
    expect(await rows()).toEqual(numbers)
  })

  it('lets the one fail that fails, and no other', async () => {
    const outcomes = await Promise.allSettled([add(1), add(2), add(2), add(3)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await rows()).toEqual([1, 2, 3])
    expect(await add(4)).toBe(4)
  })

  it('keeps nothing of a write that fails half-way', async () => {
    const half = writes.write(async (trx) => {
      await sql`insert into t values (7)`.execute(trx)
      throw new Error('half-way')
    })
    await expect(half).rejects.toThrow('half-way')
    expect(await rows()).toEqual([])
  })

  it('fails all of a group that the disk does not confirm, and does nothing twice', async () => {
    const broken: Disk = {
      write: async (work) => {
        await work(store)
        throw new Error('the disk is gone')
      },
    }
    const group = new WriteGroup(broken)
    const written = [1, 2].map((a) =>
      group.write(async (trx) => {
        await sql`insert into t values (${a})`.execute(trx)
      }),
    )
    const outcomes = await Promise.allSettled(written)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await rows()).toEqual([1, 2])
  })

  it('answers after the disk has confirmed, and lets others read meanwhile', async () => {
    const confirmed = Promise.withResolvers<void>()
    const committed = Promise.withResolvers<void>()
    const slow: Disk = {
      write: async (work) => {
        const value = await work(store)
        committed.resolve()
        await confirmed.promise
        return value
      },
    }
    let isAnswered = false
    const writing = new WriteGroup(slow).write(
      async (trx) => void (await sql`insert into t values (5)`.execute(trx)),
    )
    const answered = writing.then(() => (isAnswered = true))
    await committed.promise
    expect(await rows()).toEqual([5])
    expect(isAnswered).toBe(false)
    confirmed.resolve()
    await answered
  })

  it('answers after the commit', async () => {
    const seen: number[][] = []
    const write = async (a: number) => {
      await add(a)
      seen.push(await rows())
    }
    await Promise.all([1, 2, 3].map(write))
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
  })
})
