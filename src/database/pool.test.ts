import { mkdtempSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReadMessage } from './messages.ts'
import { ReaderPool, type Asker, type PoolOptions } from './pool.ts'

/** Stuck in one step: no row ever comes out, so only a kill ends it. */
const STUCK = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
const CROSS_JOIN =
  'select count(*) from numbers a, numbers b, numbers c, numbers d where a.i + b.i + c.i + d.i = -1'

const folder = mkdtempSync(join(tmpdir(), 'pool-'))
const file = { path: join(folder, 'shop.db'), immutable: false, cacheSizeKb: 0 }
const setup = new DatabaseSync(file.path)
setup.exec(`CREATE TABLE numbers (i INTEGER PRIMARY KEY);
  INSERT INTO numbers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT i FROM n`)
setup.close()
afterAll(() => rmSync(folder, { recursive: true }))

let logged: string[]
let pool: ReaderPool
const open = (options: Partial<PoolOptions> = {}): ReaderPool => {
  const note = (_facts: unknown, event?: string) => void logged.push(event ?? '')
  return new ReaderPool({
    size: 2,
    maxWaiting: 100,
    log: { info: note, warn: note, error: note },
    ...options,
  })
}

beforeEach(() => {
  logged = []
  pool = open()
})
afterEach(() => pool.close())

const read = (sql: string, options: Partial<ReadMessage> & Partial<Asker> = {}, on = pool) => {
  const { peer = null, signal = null, ...rest } = options
  const message: ReadMessage = {
    kind: 'read',
    file,
    sql,
    params: {},
    maxRows: 10,
    maxBytes: 1_000_000,
    timeLimitMs: 5000,
    shape: 'arrays',
    withLastRow: true,
    ...rest,
  }
  return on.read(message, { peer, signal })
}

async function timed<T>(work: Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now()
  return { result: await work, ms: performance.now() - start }
}

describe('ReaderPool', () => {
  it('answers a query', async () => {
    const result = await read('select i from numbers order by i limit 2')
    expect(result).toMatchObject({
      ok: true,
      value: { columns: ['i'], truncated: false, lastRow: [2n] },
    })
    expect(result.ok && Buffer.from(result.value.rows).toString()).toBe('[[1],[2]]')
  })

  it('lets the server itself go first where both want to run', async () => {
    await read('select 1')
    for (const pid of pool.pids()) expect(getPriority(pid)).toBeGreaterThan(getPriority())
  })

  it('passes on what SQLite says', async () => {
    expect(await read('select * from nope')).toEqual({
      ok: false,
      error: { reason: 'sql', message: 'no such table: nope' },
    })
  })

  it('explains a file that is gone', async () => {
    const gone = { ...file, path: join(folder, 'gone.db') }
    expect(await read('select 1', { file: gone })).toMatchObject({ ok: false, error: { reason: 'sql' } })
  })

  it.each([
    ['a recursion without an end', STUCK],
    ['a cross join inside count(*)', CROSS_JOIN],
  ])('cuts off %s, and answers others meanwhile', async (_name, sql) => {
    await read('select 1')
    const runaway = timed(read(sql, { timeLimitMs: 1500 }))
    let answered = 0
    const end = performance.now() + 1400
    while (performance.now() < end) {
      expect((await read('select 1')).ok).toBe(true)
      answered += 1
    }
    const { result, ms } = await runaway
    expect(result).toEqual({ ok: false, error: { reason: 'interrupted', timeLimitMs: 1500 } })
    expect(ms).toBeGreaterThanOrEqual(1500)
    expect(ms).toBeLessThan(2500)
    expect(answered).toBeGreaterThan(20)
    expect(logged).toContain('sql.killed')
  })

  it('lets a row-by-row runaway end by itself, without a kill', async () => {
    await read('select 1')
    const rows = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n'
    const TRIES = 5
    for (let n = 0; n < TRIES; n += 1) {
      expect(await read(rows, { maxRows: 1e9, maxBytes: 1e9, timeLimitMs: 300 })).toMatchObject({
        error: { reason: 'interrupted' },
      })
    }
    // On a busy machine one may be late, and is killed then. One that never ends by itself is killed each time.
    expect(logged.length).toBeLessThan(TRIES)
  })

  it('does not charge a query for the time it waited', async () => {
    const single = open({ size: 1 })
    await read('select 1', {}, single)
    const runaway = read(STUCK, { timeLimitMs: 600 }, single)
    const next = read('select count(*) from numbers', { timeLimitMs: 500 }, single)
    expect(await runaway).toMatchObject({ ok: false })
    expect(await next).toMatchObject({ ok: true })
    await single.close()
  })

  it('says busy when the queue is full', async () => {
    const small = open({ size: 1, maxWaiting: 1 })
    await read('select 1', {}, small)
    const [running, waiting, refused] = [1, 2, 3].map(() => read(STUCK, { timeLimitMs: 200 }, small))
    expect(await refused).toEqual({ ok: false, error: { reason: 'busy' } })
    expect(await running).toMatchObject({ error: { reason: 'interrupted' } })
    expect(await waiting).toMatchObject({ error: { reason: 'interrupted' } })
    await small.close()
  })

  it('serves whoever has the fewest queries running, however many another has waiting', async () => {
    await read('select 1')
    const ended: string[] = []
    const ask = async (peer: string, sql: string) => {
      await read(sql, { peer, timeLimitMs: 2000 })
      ended.push(peer)
    }
    const greedy = Array.from({ length: 6 }, () => ask('greedy', STUCK))
    await Promise.all([ask('modest', 'select 1'), ask('other', 'select 1')])
    expect(ended.filter((peer) => peer === 'greedy').length).toBeLessThanOrEqual(2)
    await Promise.all(greedy)
  })

  it('serves equals in the order in which they came', async () => {
    const single = open({ size: 1 })
    await read('select 1', {}, single)
    const ended: number[] = []
    const ask = async (place: number) => {
      await read('select 1', { peer: String(place % 3) }, single)
      ended.push(place)
    }
    await Promise.all([0, 1, 2, 3, 4, 5].map(ask))
    expect(ended).toEqual([0, 1, 2, 3, 4, 5])
    await single.close()
  })

  it('fails with a clear message when a query takes all memory of its process, and goes on', async () => {
    const many = Array.from({ length: 400 }, () => 'zeroblob(16000000)').join(', ')
    expect(await read(`select ${many}`, { timeLimitMs: 20_000 })).toMatchObject({ ok: false })
    expect(await read('select 1')).toMatchObject({ ok: true })
  })

  it('ends a running query soon after its asker has gone', async () => {
    await read('select 1')
    const asker = new AbortController()
    const abandoned = timed(read(STUCK, { timeLimitMs: 20_000, signal: asker.signal }))
    setTimeout(() => asker.abort(), 100)
    const { result, ms } = await abandoned
    expect(result).toMatchObject({ error: { reason: 'interrupted' } })
    expect(ms).toBeLessThan(2000)
  })

  it('takes a waiting query out of the queue when its asker has gone', async () => {
    const single = open({ size: 1 })
    await read('select 1', {}, single)
    const running = read(STUCK, { timeLimitMs: 500 }, single)
    const asker = new AbortController()
    const waiting = timed(read('select 1', { signal: asker.signal }, single))
    asker.abort()
    expect((await waiting).result).toMatchObject({ error: { reason: 'interrupted' } })
    expect((await waiting).ms).toBeLessThan(400)
    await running
    await single.close()
  })

  it('fails what runs and what comes after close', async () => {
    await read('select 1')
    const running = read(STUCK)
    await pool.close()
    expect(await running).toMatchObject({ ok: false })
    expect(await read('select 1')).toMatchObject({ ok: false, error: { reason: 'sql' } })
  })
})
