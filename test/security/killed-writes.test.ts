import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendBatch, countAudited, ledgerToken, makeLedger, readLedger } from '../support/batches.ts'
import { processTree } from '../support/process-tree.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'

const KILLS = 50
const CLIENTS = 4

let site: Site
beforeEach(() => {
  site = makeLedger()
})
afterEach(() => removeSite(site))

it(
  'kill -9 under load, fifty times: nothing that was acknowledged is lost, and no batch is torn',
  { timeout: 240_000 },
  async () => {
    const headers = ledgerToken(site)
    const acknowledged: string[] = []
    let sent = 0
    for (let round = 0; round < KILLS; round += 1) {
      const server = await startProcess(site)
      // The writer's process starts with the first write; from then on the moment of the end is another one in each round.
      const first = `${round} first`
      expect(await appendBatch(server.url, headers, first)).toBe(201)
      acknowledged.push(first)
      const clientsEnd = new AbortController()
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let n = 0; !clientsEnd.signal.aborted; n += 1) {
          const batch = `${round} ${client} ${n}`
          sent += 1
          if ((await appendBatch(server.url, headers, batch)) === 201) acknowledged.push(batch)
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 10 + ((round * 37) % 150)))
      await server.kill()
      clientsEnd.abort()
      await Promise.all(clients)

      const { whole, torn, integrity } = readLedger(site)
      expect(torn).toEqual([])
      expect(acknowledged.filter((batch) => !whole.has(batch))).toEqual([])
      expect(integrity).toEqual([{ integrity_check: 'ok' }])
      // The trail tells of everything that was acknowledged, and of nothing that was not done.
      const audited = countAudited(site)
      expect(audited).toBeGreaterThanOrEqual(acknowledged.length)
      expect(audited).toBeLessThanOrEqual(whole.size)
    }
    // Requests were cut off, and not only between two writes.
    expect(acknowledged.length).toBeGreaterThan(2 * KILLS)
    expect(sent - (acknowledged.length - KILLS)).toBeGreaterThan(KILLS)
  },
)

it('goes on when the process that writes is killed, and tells those whose write it was', async () => {
  const headers = ledgerToken(site)
  const server = await startProcess(site)
  const acknowledged: string[] = []
  const refused: (number | null)[] = []
  for (let n = 0; n < 20; n += 1) {
    const writes = Array.from({ length: CLIENTS }, async (_, client) => {
      const status = await appendBatch(server.url, headers, `${n} ${client}`)
      if (status === 201) acknowledged.push(`${n} ${client}`)
      else refused.push(status)
    })
    if (n % 4 === 3) killWriter(server)
    await Promise.all(writes)
  }
  await server.stop()
  const { whole, torn, integrity } = readLedger(site)
  expect(torn).toEqual([])
  expect(acknowledged.filter((batch) => !whole.has(batch))).toEqual([])
  expect(integrity).toEqual([{ integrity_check: 'ok' }])
  expect(acknowledged.length).toBeGreaterThan(40)
  expect(refused.filter((status) => status === null || status < 400)).toEqual([])
})

/** The server's newest child: readers start with the server, the writer with the first write. */
function killWriter(server: ServerProcess): void {
  const newest = Math.max(...processTree(server.pid))
  if (newest !== server.pid) process.kill(newest, 'SIGKILL')
}
