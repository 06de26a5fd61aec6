import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../store/connect.ts'
import type { OAuthTables } from './tables.ts'
import { WriteGroup } from './write-group.ts'

let db: Kysely<OAuthTables>
let writes: WriteGroup
beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  db = store.value.$extendTables<OAuthTables>()
  writes = new WriteGroup(db)
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
