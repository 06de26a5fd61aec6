import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSigner } from '../src/auth/signing.ts'
import { signToken } from '../src/auth/token-format.ts'
import { residentMb } from '../test/support/process-tree.ts'
import { makeSite, removeSite, SECRET, startProcess } from '../test/support/server-process.ts'
import { median, report, type Figure } from './targets.ts'

const ROWS = Number(process.argv[3] ?? 100_000)
const ROUNDS = 3

const SCHEMA =
  'create table orders (id integer primary key, item text, maker text, price real, amount integer, at text)'

const row = (id: number) => ({
  id,
  item: `item number ${id}`,
  maker: `maker ${id % 97}`,
  price: id / 4,
  amount: id % 1000,
  at: '2027-01-15T08:00:00Z',
})

/** How many rows of a bulk body a server writes in a second, beside one prepared statement in one transaction without a server. */
export async function bench(): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, index) => row(index + 1))
  const bodies = {
    'application/x-ndjson': rows.map((each) => `${JSON.stringify(each)}\n`).join(''),
    'text/csv': `${Object.keys(row(1)).join(',')}\n${rows.map((each) => `${Object.values(each).join(',')}\n`).join('')}`,
  }
  const bare = median(Array.from({ length: ROUNDS }, () => bareSeconds(rows)))
  const figures: Figure[] = [figure('a prepared statement in a loop', bare, bare)]
  for (const [type, body] of Object.entries(bodies)) {
    const { seconds, grownMb } = await bulkSeconds(type, body)
    const note = `server and writer grew by ${Math.round(grownMb)} MB for ${(body.length / 1e6).toFixed(1)} MB`
    figures.push({ ...figure(type, seconds, bare), note })
  }
  report(figures)
}

const LEAST_SHARE = 0.1

function figure(what: string, seconds: number, bare: number): Figure {
  const share = bare / seconds
  return {
    what,
    measured: `${Math.round(ROWS / seconds).toLocaleString('en')} rows/s, ${share.toFixed(2)} of the loop`,
    target: `≥ ${LEAST_SHARE.toFixed(2)}`,
    isMet: share >= LEAST_SHARE,
  }
}

function bareSeconds(rows: readonly ReturnType<typeof row>[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'))
  const database = new DatabaseSync(join(folder, 'bare.db'))
  database.exec(`pragma journal_mode = wal; ${SCHEMA}`)
  const insert = database.prepare('insert into orders values (?, ?, ?, ?, ?, ?)')
  const start = performance.now()
  database.exec('begin')
  for (const { id, item, maker, price, amount, at } of rows) insert.run(id, item, maker, price, amount, at)
  database.exec('commit')
  const seconds = (performance.now() - start) / 1000
  database.close()
  rmSync(folder, { recursive: true })
  return seconds
}

async function bulkSeconds(type: string, body: string) {
  const site = makeSite('shop', SCHEMA, {
    permissions: { 'insert-row': { id: 'ann' }, 'delete-row': { id: 'ann' } },
  })
  const server = await startProcess(site)
  const token = signToken(createSigner(SECRET), { a: 'ann', t: Math.floor(Date.now() / 1000) })
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const send = async (content: string) => {
    const answer = await fetch(`${server.url}/shop/orders/-/insert?ignore=1`, {
      method: 'POST',
      headers,
      body: content,
    })
    if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`)
  }
  // The first write starts the process of the writer.
  await send(type === 'text/csv' ? 'id\n-1\n' : '{"id": -1}\n')
  const before = residentMb(server.pid)
  let highest = before
  const watch = setInterval(() => (highest = Math.max(highest, residentMb(server.pid))), 20)
  const start = performance.now()
  await send(body)
  const seconds = (performance.now() - start) / 1000
  clearInterval(watch)
  await server.stop()
  removeSite(site)
  return { seconds, grownMb: highest - before }
}
