import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openInternalDatabase } from '../src/app/internal-database.ts'
import type { AuditFilter } from '../src/events/audit-search.ts'
import { AuditTrail } from '../src/events/audit-trail.ts'
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

/** What the audit trail adds to a write, and what a page of it costs: in an empty trail and in one of a million entries. */
export async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'))
  const opened = await openInternalDatabase(join(directory, 'internal.db'), [])
  if (!opened.ok) throw new Error(opened.error)
  const store = opened.value
  const trail = new AuditTrail(store)

  const addUs = async (together: number) => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now()
      await Promise.all(Array.from({ length: together }, () => trail.add([ENTRY], NOW)))
      times.push((performance.now() - start) * 1000)
    }
    return median(times)
  }
  const searchMs = async (filter: Partial<AuditFilter>) => {
    const times: number[] = []
    for (let round = 0; round < 20; round += 1) {
      const start = performance.now()
      await trail.search({ ...ANY, ...filter }, null, NOW)
      times.push(performance.now() - start)
    }
    return median(times)
  }

  await addUs(1)
  const alone = await addUs(1)
  const eight = await addUs(8)
  await sql`
    insert into tapedeck_audit (at, event, actor_id, is_token, address, database_name, table_name, num_rows)
    with recursive n(i) as (select 1 union all select i + 1 from n limit ${ENTRIES})
    select cast(${NOW} - i / 2 as integer), 'insert-rows', '"p' || (i % 50) || '"', 1, '192.0.2.7', 'shop', 't' || (i % 20), 1 from n
  `.execute(store)
  const aloneLater = await addUs(1)
  const latest = await searchMs({})
  const rare = await searchMs({ actor: 'p3', event: 'drop-table' })
  await trail.close()
  await store.destroy()
  rmSync(directory, { recursive: true })

  const us = (value: number) => `${Math.round(value)} µs`
  report([
    {
      ...boundFigure('an entry among a million, of one in an empty trail', aloneLater / alone, 'times', 2),
      note: `${us(aloneLater)} beside ${us(alone)}, most of it the sync`,
    },
    {
      ...boundFigure('an entry of eight at once, of one alone', eight / 8 / alone, 'times', 0.5),
      note: us(eight / 8),
    },
    boundFigure('the latest page of a million entries', latest, 'ms', 20),
    boundFigure('a page that finds nothing', rare, 'ms', 50),
  ])
}
