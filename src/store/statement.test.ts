import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from './connect.ts'
import { Statement } from './statement.ts'

type Tables = { readonly t: { readonly a: number; readonly b: string | null } }
type Db = Kysely<Tables>

let db: Db
beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  db = store.value.$extendTables<Tables>()
  await db.schema.createTable('t').addColumn('a', 'integer').addColumn('b', 'text').execute()
})
afterEach(() => db.destroy())

const INSERT = new Statement((on: Db, { a, b }: Tables['t']) => on.insertInto('t').values({ a, b }))
const FIND = new Statement((on: Db, { least }: { readonly least: number }) =>
  on.selectFrom('t').selectAll().where('a', '>=', least).where('b', 'is not', null).orderBy('a'),
)
const RENAME = new Statement((on: Db, { a, b }: Tables['t']) =>
  on.updateTable('t').set({ b }).where('a', '=', a),
)

describe('Statement', () => {
  beforeEach(async () => {
    for (const [a, b] of [
      [1, 'one'],
      [2, 'two'],
      [3, null],
    ] as const)
      await INSERT.run(db, { a, b })
  })

  it('is bound to other values each time', async () => {
    expect(await FIND.all(db, { least: 1 })).toEqual([
      { a: 1, b: 'one' },
      { a: 2, b: 'two' },
    ])
    expect(await FIND.first(db, { least: 2 })).toEqual({ a: 2, b: 'two' })
    expect(await FIND.first(db, { least: 3 })).toBeNull()
  })

  it('is put together once', async () => {
    let built = 0
    const counting = new Statement((on: Db, { a }: { readonly a: number }) => {
      built += 1
      return on.selectFrom('t').select('b').where('a', '=', a)
    })
    expect(await counting.first(db, { a: 1 })).toEqual({ b: 'one' })
    expect(await counting.first(db, { a: 2 })).toEqual({ b: 'two' })
    expect(built).toBe(1)
  })

  it('tells how many rows it changed', async () => {
    expect(await RENAME.run(db, { a: 1, b: "x'); drop table t; --" })).toBe(1)
    expect(await RENAME.run(db, { a: 9, b: 'x' })).toBe(0)
    expect(await FIND.first(db, { least: 1 })).toEqual({ a: 1, b: "x'); drop table t; --" })
  })

  it('runs in a transaction, and is undone with it', async () => {
    const failing = db.transaction().execute(async (trx) => {
      await RENAME.run(trx, { a: 1, b: 'changed' })
      throw new Error('half-way')
    })
    await expect(failing).rejects.toThrow('half-way')
    expect(await FIND.first(db, { least: 1 })).toEqual({ a: 1, b: 'one' })
  })

  it('refuses to calculate with a value, which would be done once and for all', async () => {
    const later = new Statement((on: Db, { a }: { readonly a: number }) =>
      on
        .selectFrom('t')
        .selectAll()
        .where('a', '>', a - 1),
    )
    await expect(later.all(db, { a: 1 })).rejects.toThrow('a statement cannot calculate with its value a')
  })

  it('refuses a value that is missing', async () => {
    const values: { readonly least: number } = JSON.parse('{}')
    await expect(FIND.all(db, values)).rejects.toThrow(TypeError)
  })
})
