import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pino from 'pino'
import { openInternalDatabase } from '../src/app/internal-database.ts'
import type { AuditFilter } from '../src/events/audit-search.ts'
import { AuditTrail } from '../src/events/audit-trail.ts'
import { BackgroundSync } from '../src/store/background-sync.ts'
import { boundFigure, median, report } from './targets.ts'

const ROUNDS = 2000
const ENTRIES = 1_000_000
const NOW = 1_800_000_000

const ENTRY = {
  at: NOW,
  event: 'insert-rows',
  actor_id: '"ann"',
  is_token: 1,
  address: '192.0.2.7',
  database_name: 'shop',
  table_name: 'logs',
  num_rows: 1,
} as const

const ANY: AuditFilter = {
  actor: null,
  client: null,
  database: null,
  table: null,
  event: null,
  since: null,
  until: null,
}

/** What the audit trail adds to a write, and what a page of it costs: in an empty trail and in one of a million entries, which take turns. */
export async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'))
  const open = async (name: string) => {
    const opened = await openInternalDatabase(join(directory, name), [], pino({ enabled: false }))
    if (!opened.ok) throw new Error(opened.error)
    const disk = new BackgroundSync(opened.value)
    return { store: opened.value, disk, trail: new AuditTrail(opened.value, disk) }
  }
  const empty = await open('empty.db')
  const large = await open('large.db')
  await sql`
    insert into tapedeck_audit (at, event, actor_id, is_token, address, database_name, table_name, num_rows)
    with recursive n(i) as (select 1 union all select i + 1 from n limit ${ENTRIES})
    select cast(${NOW} - i / 2 as integer), 'insert-rows', '"p' || (i % 50) || '"', 1, '192.0.2.7', 'shop', 't' || (i % 20), 1 from n
  `.execute(large.store)

  const timed = async (work: () => Promise<unknown>) => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }
  const addTo = (trail: AuditTrail) => () => trail.add([ENTRY], NOW)
  const searched = (filter: Partial<AuditFilter>) => () =>
    large.trail.search({ ...ANY, ...filter }, null, NOW)
  const eightAtOnce = () => Promise.all(Array.from({ length: 8 }, addTo(empty.trail)))
  const times: Record<'alone' | 'among' | 'eight' | 'latest' | 'rare', number[]> = {
    alone: [],
    among: [],
    eight: [],
    latest: [],
    rare: [],
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    times.alone.push(await timed(addTo(empty.trail)))
    times.among.push(await timed(addTo(large.trail)))
    times.eight.push(await timed(eightAtOnce))
    if (round % 50 > 0) continue
    times.latest.push(await timed(searched({})))
    times.rare.push(await timed(searched({ actor: 'p3', event: 'drop-table' })))
  }
  for (const { store, disk, trail } of [empty, large]) {
    await trail.settle()
    await disk.close()
    await store.destroy()
  }
  rmSync(directory, { recursive: true })

  const alone = median(times.alone)
  const among = median(times.among)
  const eight = median(times.eight) / 8
  const us = (ms: number) => `${Math.round(ms * 1000)} µs`
  report([
    {
      ...boundFigure('an entry among a million, of one in an empty trail', among / alone, 'times', 2),
      note: `${us(among)} beside ${us(alone)}, most of it the sync`,
    },
    {
      ...boundFigure('an entry of eight at once, of one alone', eight / alone, 'times', 0.5),
      note: us(eight),
    },
    boundFigure('the latest page of a million entries', median(times.latest), 'ms', 20),
    boundFigure('a page that finds nothing', median(times.rare), 'ms', 50),
  ])
}
