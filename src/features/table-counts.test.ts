import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Database } from '../database/database.ts'
import { openDatabases, type Databases } from '../database/open-databases.ts'
import { turnEnd } from '../turn.ts'
import { countRows, isTruncated, TableCounts } from './table-counts.ts'

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-counts-'))
let databases: Databases
let database: Database

beforeAll(() => {
  const file = join(folder, 'data.db')
  const writer = new DatabaseSync(file)
  writer.exec(`
    create table small (id integer primary key);
    insert into small values (1), (2);
    create view slow as with n(i) as (select 1 union all select i + 1 from n) select sum(i) as i from n;
  `)
  writer.close()
  const opened = openDatabases({
    files: [file],
    immutables: [],
    memory: false,
    create: false,
    readers: 1,
    cacheSizeKb: 0,
    log: pino({ level: 'silent' }),
  })
  const first = opened.ok ? opened.value.list[0] : undefined
  if (!opened.ok || first === undefined) throw new Error('the database did not open')
  databases = opened.value
  database = first
})

afterAll(async () => {
  await databases.close()
  rmSync(folder, { recursive: true })
})

const within = (ms: number) => ({
  deadlineMs: performance.now() + ms,
  signal: new AbortController().signal,
  peer: '127.0.0.1',
})

describe('countRows', () => {
  it('loses only the counts of what is slow or broken', async () => {
    const counts = await countRows(database, ['small', 'slow', 'nope'], within(4000))
    expect([...counts]).toEqual([
      ['small', 2],
      ['slow', null],
      ['nope', null],
    ])
  })

  it('gives up when the time is over', async () => {
    const started = performance.now()
    expect([...(await countRows(database, ['small', 'slow'], within(0)))]).toEqual([
      ['small', null],
      ['slow', null],
    ])
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('TableCounts', () => {
  const asked = (tables: readonly string[]) => {
    const counts = new TableCounts()
    const query = vi.spyOn(database, 'query')
    const count = async () => (await counts.count(database, tables, within(4000))).get('small')
    return { counts, query, count }
  }
  /** Another process: it comes when nothing of ours holds the file, but for a reader that is still at a slow count. */
  const owner = async () => {
    await turnEnd()
    return new DatabaseSync(database.path ?? '', { timeout: 2000 })
  }

  it('counts again only after a change', async () => {
    const { counts, query, count } = asked(['small'])
    expect([await count(), await count(), counts.known(database).get('small')]).toEqual([2, 2, 2])
    expect(query).toHaveBeenCalledTimes(1)
    const other = await owner()
    other.exec('insert into small values (3)')
    other.close()
    expect(counts.known(database).size).toBe(0)
    expect([await count(), await count()]).toEqual([3, 3])
    expect(query).toHaveBeenCalledTimes(2)
    query.mockRestore()
  })

  it('keeps no failure, and counts only what is missing', async () => {
    const { query, count, counts } = asked(['small', 'nope'])
    expect([await count(), [...counts.known(database).keys()]]).toEqual([3, ['small']])
    query.mockClear()
    await count()
    expect(query.mock.calls.map(([{ sql }]) => sql)).toEqual([expect.not.stringContaining('small') as string])
    query.mockRestore()
  })

  it('keeps nothing of a database that another process has locked', async () => {
    const { counts } = asked([])
    const other = await owner()
    other.exec('begin exclusive')
    expect(database.dataVersion()).toBeNull()
    expect([...(await counts.count(database, ['small'], within(400)))]).toEqual([['small', null]])
    other.exec('rollback')
    other.close()
    expect([...(await counts.count(database, ['small'], within(4000)))]).toEqual([['small', 3]])
  })
})

describe('isTruncated', () => {
  it('is true beyond 10,000', () => {
    expect([10_000, 10_001, null].map(isTruncated)).toEqual([false, true, false])
  })
})
