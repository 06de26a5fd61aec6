import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSigner } from '../../src/auth/signing.ts'
import { signToken } from '../../src/auth/token-format.ts'
import { processTree } from '../support/process-tree.ts'
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import {
  makeSite,
  removeSite,
  SECRET,
  startProcess,
  type ServerProcess,
  type Site,
} from '../support/server-process.ts'

/** A large body must cost neither the server nor its writer memory that grows with it. */

const ROWS = 100_000
const CELL = 'wide '.repeat(100)

let site: Site
let server: ServerProcess
beforeAll(async () => {
  site = makeSite('shop', 'create table wide (id integer primary key, a text, b text, c text)', {
    permissions: { 'insert-row': { id: 'ann' } },
    settings: { sql_time_limit_ms: 30_000 },
  })
  server = await startProcess(site)
})
afterAll(async () => {
  await server.stop()
  removeSite(site)
})

const headers = () => ({
  authorization: `Bearer ${signToken(createSigner(SECRET), { a: 'ann', t: Math.floor(Date.now() / 1000) })}`,
})

/** The highest resident memory of any process of the server so far, in MiB (`VmHWM`, proc_pid_status(5)). */
function peakMb(): number {
  const peaks = processTree(server.pid).map((pid) => {
    const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
    return Number(/^VmHWM:\s+(\d+)/mu.exec(status)?.[1] ?? 0) / 1024
  })
  return Math.max(...peaks)
}

async function* lines(format: 'json' | 'csv', from: number): AsyncGenerator<Uint8Array> {
  if (format === 'csv') yield Buffer.from('id,a,b,c\n')
  for (let id = from; id < from + ROWS; id += 100) {
    const rows = Array.from({ length: 100 }, (_, place) => id + place).map((one) =>
      format === 'csv'
        ? `${one},${CELL},${CELL},${CELL}\n`
        : `{"id":${one},"a":"${CELL}","b":"${CELL}","c":"${CELL}"}\n`,
    )
    yield Buffer.from(rows.join(''))
  }
}

const send = (contentType: string, body: AsyncIterable<Uint8Array>) =>
  fetch(`${server.url}/shop/wide/-/insert`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': contentType },
    body: ReadableStream.from(body),
    duplex: 'half',
  })

it.runIf(process.platform === 'linux')(
  'writes 150 MB of rows in far less memory, as JSON lines and as CSV, and leaves no file',
  { timeout: 180_000 },
  async () => {
    const first = await send('application/x-ndjson', lines('json', -ROWS))
    expect(await first.json()).toEqual({ ok: true, rows_received: ROWS, rows_written: ROWS })
    const second = await send('text/csv', lines('csv', 1))
    expect(await second.json()).toEqual({ ok: true, rows_received: ROWS, rows_written: ROWS })
    expect(peakMb()).toBeLessThan(350)

    const handle = new DatabaseSync(`${site.directory}/shop.db`, { readOnly: true })
    expect(handle.prepare('select count(*) as n, sum(length(a || b || c)) as size from wide').get()).toEqual({
      n: 2 * ROWS,
      size: 2 * ROWS * 3 * CELL.length,
    })
    handle.close()
    expect(readdirSync(`${site.directory}/internal.db.uploads`)).toEqual([])
  },
)

it('removes at the next start what a server left that was ended in the middle of an upload', async () => {
  const { promise: forever } = Promise.withResolvers<void>()
  async function* half(): AsyncGenerator<Uint8Array> {
    // There is a file when so much has arrived that it is written.
    yield Buffer.from(`{"id": 5, "a": "${'half'.repeat(100_000)}"}\n`)
    await forever
  }
  const folder = `${site.directory}/internal.db.uploads`
  const broken = send('application/x-ndjson', half()).catch(() => 'broken')
  await expect.poll(() => existsSync(folder) && readdirSync(folder).length, { timeout: 10_000 }).toBe(1)
  await server.kill()
  expect(await broken).toBe('broken')
  expect(readdirSync(folder)).toHaveLength(1)
  server = await startProcess(site)
  expect(readdirSync(folder)).toEqual([])
})
