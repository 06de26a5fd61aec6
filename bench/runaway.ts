import { removeSite, startProcess } from '../test/support/server-process.ts'
import { load } from './load.ts'
import { bearer, makeShopSite } from './shop-site.ts'
import { boundFigure, median, quantile, report } from './targets.ts'

const ROUNDS = Number(process.argv[3] ?? 5)
const LIMIT_MS = 500
const SECONDS = 2
const READERS = 4
const NUMBERS = 'with recursive n(i) as (select 1 union all select i + 1 from n)'

/** One is endless inside a single step, so that its process must be killed; the other gives a row now and then. */
const STUCK = `${NUMBERS} select count(*) from n`
const STEPPING = `${NUMBERS} select i from n where i % 100000 = 0`

/** What a client that keeps a runaway query going costs those who read rows, and how soon each of its queries is cut. */
export async function bench(): Promise<void> {
  const site = makeShopSite()
  const server = await startProcess(site, '--setting', 'sql_time_limit_ms', String(LIMIT_MS))
  const headers = bearer(site)
  const readRows = () =>
    load({ url: `${server.url}/shop/items/7.json`, headers, connections: READERS, seconds: SECONDS })
  const p99 = async () => quantile((await readRows()).latenciesMs, 0.99)

  /** Keeps one query going and gives the milliseconds that each ran beyond its limit. */
  const runAway = async (sql: string) => {
    const overruns: number[] = []
    const parameters = new URLSearchParams({ sql, _size: 'max' })
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end;) {
      const start = performance.now()
      await (await fetch(`${server.url}/shop/-/query.json?${parameters.toString()}`, { headers })).text()
      overruns.push(performance.now() - start - LIMIT_MS)
    }
    return overruns
  }

  await readRows()
  const figures = []
  for (const [what, sql, boundMs] of [
    ['stuck in one step', STUCK, 300],
    ['between two rows', STEPPING, 50],
  ] as const) {
    const shares: number[] = []
    const overruns: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const alone = await p99()
      const [beside, cuts] = await Promise.all([p99(), runAway(sql)])
      shares.push(beside / alone)
      overruns.push(...cuts)
    }
    figures.push(
      {
        ...boundFigure(
          `${what}: cut after the limit, the last of them`,
          Math.max(...overruns),
          'ms',
          boundMs,
        ),
        note: `of ${overruns.length}, median ${Math.round(median(overruns))} ms`,
      },
      {
        ...boundFigure(`${what}: p99 of rows, of that without it`, median(shares), 'times', 3),
        note: `${Math.min(...shares).toFixed(2)} – ${Math.max(...shares).toFixed(2)}`,
      },
    )
  }
  await server.stop()
  removeSite(site)
  report(figures)
}
