import { appendBatch, ledgerToken, makeLedger } from '../test/support/batches.ts'
import { removeSite, startProcess } from '../test/support/server-process.ts'
import { boundFigure, median, quantile, report } from './targets.ts'

const ROUNDS = Number(process.argv[3] ?? 5)
const SECONDS = 3
const CLIENTS = 8

/** What eight clients that write cost eight that read: how long a read takes, alone and beside them. */
export async function bench(): Promise<void> {
  const site = makeLedger()
  const server = await startProcess(site)
  const headers = ledgerToken(site)
  await appendBatch(server.url, headers, 'first')

  const clients = async (work: (client: number, n: number) => Promise<unknown>) => {
    const end = performance.now() + SECONDS * 1000
    const tookMs = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        const times: number[] = []
        for (let n = 0; performance.now() < end; n += 1) {
          const start = performance.now()
          await work(client, n)
          times.push(performance.now() - start)
        }
        return times
      }),
    )
    return tookMs.flat()
  }
  const read = () =>
    fetch(`${server.url}/shop/ledger/first,0.json`, { headers }).then((answer) => answer.text())
  const requireWritten = (status: number | null) => {
    if (status !== 201) throw new Error(`a write was answered with ${status}`)
  }

  await clients(read)
  const longest: number[] = []
  const shares: number[] = []
  const writesPerSecond: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await clients(read)
    const [reads, writes] = await Promise.all([
      clients(read),
      clients(async (client, n) =>
        requireWritten(await appendBatch(server.url, headers, `${round} ${client} ${n}`)),
      ),
    ])
    longest.push(Math.max(...reads))
    shares.push(quantile(reads, 0.99) / quantile(alone, 0.99))
    writesPerSecond.push(writes.length / SECONDS)
  }
  await server.stop()
  removeSite(site)
  report([
    {
      ...boundFigure('a row beside eight writers: the longest of all', Math.max(...longest), 'ms', 100),
      note: `p99 is ${median(shares).toFixed(2)} times that without them; ${Math.round(median(writesPerSecond))} writes a second`,
    },
  ])
}
