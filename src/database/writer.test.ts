import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../result.ts'
import { openForServer } from './open-file.ts'
import { formatFileRow } from './rows-file.ts'
import { DatabaseWriter, type WriterOptions } from './writer.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
let folder: string
let path: string
let writer: DatabaseWriter

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writer-'))
  path = join(folder, 'shop.db')
  const setup = new DatabaseSync(path)
  setup.exec('CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT)')
  setup.close()
  writer = open()
})

afterEach(async () => {
  await writer.close()
  rmSync(folder, { recursive: true })
})

function open(options: Partial<WriterOptions> = {}): DatabaseWriter {
  const file = { path, immutable: false, cacheSizeKb: 0 }
  const usual = { idleMs: 60_000, maxWaiting: 100, maxWaitingBytes: 1024 * 1024, log }
  return new DatabaseWriter(file, { ...usual, ...options })
}

function rows(sql: string): unknown {
  const handle = openForServer({ path, immutable: false, cacheSizeKb: 0 })
  try {
    return handle.prepare(sql).all()
  } finally {
    handle.close()
  }
}

const insert = (name: string) => ({
  statements: [{ sql: 'insert into goods (name) values (:name) returning *', params: { name } }],
  timeLimitMs: 5000,
})

/** A statement that goes on changing rows until its process is killed. */
const ENDLESS = {
  sql: 'with recursive n(i) as (select 1 union all select i + 1 from n) insert into goods (name) select i from n',
  params: [],
}

describe('DatabaseWriter', () => {
  const large = { sql: 'insert into goods (name) values (hex(zeroblob(1000000)))', params: [] }
  const sizeOf = (file: string) => statSync(file).size

  it('folds the log after the answer and not before, so that it stays small', async () => {
    const sizes: number[] = []
    for (let n = 0; n < 12; n += 1) {
      expect(await writer.write({ statements: [large], timeLimitMs: 5000 })).toMatchObject({ ok: true })
      sizes.push(sizeOf(`${path}-wal`))
    }
    expect(Math.max(...sizes)).toBeLessThan(8 * 1024 * 1024)
    expect(Math.max(...sizes)).toBeGreaterThan(4 * 1024 * 1024)
    await expect.poll(() => sizeOf(path)).toBeGreaterThan(20 * 1024 * 1024)
  })

  it('folds the log when there is nothing to do', async () => {
    const quiet = open({ idleMs: 50 })
    expect(await quiet.write(insert('a'))).toMatchObject({ ok: true })
    const reader = openForServer({ path, immutable: false, cacheSizeKb: 0 })
    reader.prepare('select 1 from goods').get()
    await expect.poll(() => sizeOf(`${path}-wal`)).toBe(0)
    await expect.poll(() => quiet.pid).toBeNull()
    expect(await quiet.write(insert('b'))).toMatchObject({ ok: true })
    reader.close()
    await quiet.close()
  })

  it('writes the rows of a file after its statements, all or none, and says which row is at fault', async () => {
    const row = (line: number, id: bigint, name: string) =>
      formatFileRow({ line, statement: 0, values: [id, name] })
    const file = join(folder, 'rows')
    const write = () =>
      writer.write({
        statements: [{ sql: "insert into goods values (100, 'first')", params: [] }],
        rows: { path: file, statements: ['insert or ignore into goods values (?, ?)'] },
        timeLimitMs: 5000,
      })
    writeFileSync(file, row(1, 1n, 'a') + row(3, 2n, 'b') + row(4, 2n, 'again'))
    expect(await write()).toMatchObject({ ok: true, value: { rowsWritten: 2 } })
    expect(rows('select count(*) as n from goods')).toEqual([{ n: 3n }])

    writeFileSync(file, row(2, 200n, 'c') + formatFileRow({ line: 9, statement: 0, values: ['x', 'd'] }))
    await writer.write({ statements: [{ sql: 'delete from goods', params: [] }], timeLimitMs: 5000 })
    expect(await write()).toEqual(fail({ reason: 'sql', message: 'Row 2 (line 9): datatype mismatch' }))
    expect(rows('select count(*) as n from goods')).toEqual([{ n: 0n }])
  })

  it('tells when the condition of a write does not hold', async () => {
    const condition = { sql: 'select 1 from goods where name = :name', params: { name: 'saw' } }
    expect(await writer.write({ ...insert('file'), condition })).toEqual(fail({ reason: 'unmet' }))
    await writer.write(insert('saw'))
    expect(await writer.write({ ...insert('file'), condition })).toMatchObject({ ok: true })
  })

  it('runs writes in the order in which they were asked for', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `item ${n}`)
    const answers = await Promise.all(names.map((name) => writer.write(insert(name))))
    expect(answers.map((answer) => answer.ok && answer.value.results[0]?.rows[0])).toEqual(
      names.map((name, n) => ({ id: BigInt(n + 1), name })),
    )
  })

  it('waits for another process that is writing', async () => {
    // Its commit needs the file for itself for a moment, which somebody may be reading just then.
    const other = new DatabaseSync(path, { timeout: 5000 })
    other.exec("BEGIN IMMEDIATE; INSERT INTO goods (name) VALUES ('first')")
    const second = writer.write(insert('second'))
    setTimeout(() => other.exec('COMMIT'), 300)
    expect(await second).toMatchObject({ ok: true, value: { results: [{ rows: [{ id: 2n }] }] } })
    other.close()
  })

  it('says so when another process does not let go in time', async () => {
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect(await writer.write({ ...insert('x'), timeLimitMs: 200 })).toMatchObject({ ok: false })
    other.exec('ROLLBACK')
    other.close()
    expect(await writer.write(insert('x'))).toMatchObject({ ok: true })
  })

  it('leaves nothing of a write that it had to kill, and goes on', async () => {
    const killed = await writer.write({
      statements: [...insert('lost').statements, ENDLESS],
      timeLimitMs: 400,
    })
    expect(killed).toEqual({ ok: false, error: { reason: 'interrupted', timeLimitMs: 400 } })
    expect(rows('select count(*) as n from goods')).toEqual([{ n: 0n }])
    expect(await writer.write(insert('kept'))).toMatchObject({ ok: true })
    expect(rows('select name from goods')).toEqual([{ name: 'kept' }])
  })

  it('fails cleanly when a statement fails', async () => {
    expect(await writer.write({ statements: [{ sql: 'nonsense', params: [] }], timeLimitMs: 1000 })).toEqual({
      ok: false,
      error: { reason: 'sql', message: 'near "nonsense": syntax error', statement: 0 },
    })
  })

  it('says busy when too many writes wait', async () => {
    const small = open({ maxWaiting: 2 })
    const [running, first, second, third] = ['a', 'b', 'c', 'd'].map((name) => small.write(insert(name)))
    expect(await third).toEqual({ ok: false, error: { reason: 'busy' } })
    expect([(await running)?.ok, (await first)?.ok, (await second)?.ok]).toEqual([true, true, true])
    await small.close()
  })

  it('says busy when the writes that wait are too large together, and lets one of any size wait', async () => {
    const small = open({ maxWaitingBytes: 10_000 })
    const large = insert('x'.repeat(20_000))
    const [running, first, second, third] = [
      small.write(insert('a')),
      small.write(large),
      small.write(insert('b')),
      small.run({ sql: 'values (1)', params: [], may: null, maxRows: 0, timeLimitMs: 5000 }),
    ]
    expect([await second, await third]).toEqual([fail({ reason: 'busy' }), fail({ reason: 'busy' })])
    expect([(await running).ok, (await first).ok]).toEqual([true, true])
    expect(await small.write(insert('c'))).toMatchObject({ ok: true })
    await small.close()
  })

  it('drops a write whose asker goes away before its turn, and its place is free at once', async () => {
    const small = open({ maxWaiting: 1 })
    const asker = new AbortController()
    const running = small.write(insert('a'))
    const dropped = small.write({ ...insert('b'), signal: asker.signal })
    asker.abort()
    expect(await dropped).toEqual(fail({ reason: 'interrupted', timeLimitMs: 5000 }))
    expect(await small.write({ ...insert('b'), signal: asker.signal })).toMatchObject({ ok: false })
    expect((await Promise.all([running, small.write(insert('c'))])).every(({ ok }) => ok)).toBe(true)
    expect(rows('select name from goods')).toEqual([{ name: 'a' }, { name: 'c' }])
    await small.close()
  })

  it('finishes a write that has begun, whoever goes away', async () => {
    const asker = new AbortController()
    const begun = writer.write({ ...insert('a'), signal: asker.signal })
    asker.abort()
    expect(await begun).toMatchObject({ ok: true })
  })

  it('tells what a statement would do beyond what it may', async () => {
    const may = [{ operation: 'update', table: 'GOODS' }] as const
    const changes = [{ operation: 'insert', table: 'goods' }]
    expect(await writer.write({ ...insert('a'), may })).toEqual(fail({ reason: 'unpermitted', changes }))
    expect(
      await writer.write({ ...insert('a'), may: [{ operation: 'insert', table: 'goods' }] }),
    ).toMatchObject({
      ok: true,
    })
  })

  it('ends its process when there is nothing to do, and starts another when there is', async () => {
    const impatient = open({ idleMs: 20 })
    expect(await impatient.write(insert('a'))).toMatchObject({ ok: true })
    await expect.poll(() => impatient.pid).toBe(null)
    expect(await impatient.write(insert('b'))).toMatchObject({ ok: true })
    await impatient.close()
  })

  it('finishes what was asked for before it closes, and takes nothing afterwards', async () => {
    const last = writer.write(insert('a'))
    await writer.close()
    expect(await last).toMatchObject({ ok: true })
    expect(await writer.write(insert('b'))).toMatchObject({ ok: false })
  })
})
