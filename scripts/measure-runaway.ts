/**
 * Measures what a runaway query costs everybody else: `node scripts/measure-runaway.ts [rounds]`.
 *
 * Prints, as JSON: latency of single-row queries without and with a client that keeps a runaway query
 * going, how long after its limit a runaway is cut, how long a process takes to start, and its memory.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SqlChild } from '../src/database/child.ts'
import type { Database } from '../src/database/database.ts'
import { openDatabases } from '../src/database/open-databases.ts'

const ROUND_MS = 2000
const LIMIT_MS = 1000
const FAST_CLIENTS = 4
const STARTS = 15
const STUCK = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'

const rounds = Number(process.argv[2] ?? '5')
const folder = mkdtempSync(join(tmpdir(), 'measure-'))
const path = join(folder, 'shop.db')
fill(path)
const opened = openDatabases({
  files: [path],
  immutables: [],
  memory: false,
  create: false,
  readers: 3,
  cacheSizeKb: 0,
  log: { info: () => {}, warn: () => {}, error: () => {} },
})
if (!opened.ok) throw new Error(opened.error.map(({ message }) => message).join('\n'))
const [database] = opened.value.list
if (database === undefined) throw new Error('there must be a database')

await fastQueries(database, ROUND_MS)
const alone: number[] = []
const beside: number[] = []
const cuts: number[] = []
for (let round = 0; round < rounds; round += 1) {
  alone.push(...(await fastQueries(database, ROUND_MS)))
  const [fast] = await Promise.all([fastQueries(database, ROUND_MS), runaways(database, ROUND_MS, cuts)])
  beside.push(...fast)
}
await opened.value.close()
rmSync(folder, { recursive: true })

const report = {
  fastMsAlone: { queries: alone.length, p50: quantile(alone, 0.5), p99: quantile(alone, 0.99) },
  fastMsBesideRunaway: { queries: beside.length, p50: quantile(beside, 0.5), p99: quantile(beside, 0.99) },
  msBeyondLimit: { cuts: cuts.length, median: quantile(cuts, 0.5), max: quantile(cuts, 1) },
  startMs: await starts(),
  childMemoryKb: await childMemory(),
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)

function fill(file: string): void {
  const handle = new DatabaseSync(file)
  handle.exec(`CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, price REAL);
    INSERT INTO goods WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
    SELECT i, 'item ' || i, i / 10.0 FROM n`)
  handle.close()
}

/** Latencies in milliseconds of clients that ask for one row after the other. */
async function fastQueries(from: Database, durationMs: number): Promise<readonly number[]> {
  const latencies: number[] = []
  const end = performance.now() + durationMs
  const client = async () => {
    while (performance.now() < end) {
      const start = performance.now()
      await from.query({
        sql: 'select * from goods where id = ?',
        params: [1 + Math.floor(Math.random() * 100_000)],
        maxRows: 1,
        timeLimitMs: LIMIT_MS,
        shape: 'objects',
      })
      latencies.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: FAST_CLIENTS }, client))
  return latencies
}

/** One client that asks for something endless again and again; notes how long after its limit each was cut. */
async function runaways(from: Database, durationMs: number, overrunsMs: number[]): Promise<void> {
  const end = performance.now() + durationMs
  while (performance.now() < end) {
    const start = performance.now()
    await from.query({ sql: STUCK, params: [], maxRows: 1, timeLimitMs: LIMIT_MS, shape: 'objects' })
    overrunsMs.push(performance.now() - start - LIMIT_MS)
  }
}

async function starts() {
  const result: Record<string, { readonly median: number; readonly max: number }> = {}
  for (const [name, isLimited] of [
    ['withMemoryLimit', true],
    ['without', false],
  ] as const) {
    const times: number[] = []
    for (let n = 0; n < STARTS; n += 1) {
      const start = performance.now()
      const child = new SqlChild('reader', isLimited)
      if (!(await child.ready)) throw new Error('the process must start')
      times.push(performance.now() - start)
      child.stop()
      await child.ended
    }
    result[name] = { median: quantile(times, 0.5), max: quantile(times, 1) }
  }
  return result
}

/** What Linux says of an idle child: resident, shared fairly, and its own alone. */
async function childMemory(): Promise<Readonly<Record<string, number>> | null> {
  if (process.platform !== 'linux') return null
  const child = new SqlChild('reader', true)
  await child.ready
  await new Promise((resolve) => setTimeout(resolve, 500))
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8')
  const kilobytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(rollup)?.[1])
  const memory = { rss: kilobytes('Rss'), pss: kilobytes('Pss'), private: kilobytes('Private_Dirty') }
  child.stop()
  await child.ended
  return memory
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) /
    100
  )
}
