import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendBatch, ledgerToken, makeLedger, readLedger, ROWS_PER_BATCH } from '../support/batches.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'

const SECONDS = 30
const WRITERS = 8
const READERS = 8

let site: Site
let server: ServerProcess
beforeEach(async () => {
  site = makeLedger()
  server = await startProcess(site, '--setting', 'sql_time_limit_ms', '20000')
})
afterEach(async () => {
  await server.stop()
  removeSite(site)
})

it('a reader does not wait for a writer that is at work', async () => {
  const headers = ledgerToken(site)
  expect(await appendBatch(server.url, headers, 'before')).toBe(201)
  const writing = new AbortController()
  const slow = appendBatch(server.url, headers, 'slow').finally(() => writing.abort())
  const seen: number[] = []
  while (!writing.signal.aborted) {
    const response = await fetch(`${server.url}/shop/ledger.json?_shape=array`, { headers })
    const rows = (await response.json()) as readonly unknown[]
    seen.push(rows.length)
  }
  expect(await slow).toBe(201)
  // While the writer was at work they saw what was there before, and never a part of what came.
  expect(seen.filter((count) => count === ROWS_PER_BATCH).length).toBeGreaterThan(3)
  expect(seen.filter((count) => count !== ROWS_PER_BATCH && count !== 2 * ROWS_PER_BATCH)).toEqual([])
})

describe('eight writers and eight readers', () => {
  it('lose, double and tear nothing in thirty seconds', { timeout: 90_000 }, async () => {
    const headers = ledgerToken(site)
    const written: string[] = []
    let reads = 0
    const end = performance.now() + SECONDS * 1000
    const isOver = () => performance.now() > end

    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; !isOver(); n += 1) {
        expect(await appendBatch(server.url, headers, `${writer} ${n}`)).toBe(201)
        written.push(`${writer} ${n}`)
      }
    })
    // The last batch that was acknowledged is there in whole for everybody who asks afterwards.
    const readers = Array.from({ length: READERS }, async () => {
      while (!isOver()) {
        const batch = written.at(-1)
        const query = batch === undefined ? '' : `?_shape=array&batch=${encodeURIComponent(batch)}`
        const response = await fetch(`${server.url}/shop/ledger.json${query}`, { headers })
        expect(response.status).toBe(200)
        const rows: unknown = await response.json()
        if (batch !== undefined) expect(rows).toHaveLength(ROWS_PER_BATCH)
        reads += 1
      }
    })
    await Promise.all([...writers, ...readers])

    expect(reads).toBeGreaterThan(READERS)
    const { whole, torn } = readLedger(site)
    expect(torn).toEqual([])
    expect([...whole].toSorted()).toEqual(written.toSorted())
  })
})
