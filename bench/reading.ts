import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processorSeconds } from '../test/support/process-tree.ts'
import { removeSite, startProcess } from '../test/support/server-process.ts'
import { load } from './load.ts'
import { bearer, makeShopSite } from './shop-site.ts'
import { median, report, shareFigure } from './targets.ts'

const ROUNDS = Number(process.argv[3] ?? 9)
const FLOOR = fileURLToPath(new URL('floor.ts', import.meta.url))

/** What is asked of the product, by its name at the floors. */
const PATHS = {
  row: '/shop/items/7.json',
  page: '/shop/items.json?_size=100',
  query: '/shop/-/query.json?sql=select+1',
} as const
const NAMES = ['row', 'page', 'query'] as const

/** How fast three reads are beside the same bytes from memory and beside the bare statement. */
export async function bench(): Promise<void> {
  const site = makeShopSite()
  const server = await startProcess(site)
  const headers = bearer(site)
  for (const name of NAMES) {
    const answer = await fetch(server.url + PATHS[name], { headers })
    if (answer.status !== 200) throw new Error(`${PATHS[name]} answers ${answer.status}`)
    writeFileSync(join(site.directory, `${name}.json`), await answer.bytes())
  }
  const memory = await startFloor('memory', site.directory)
  const statement = await startFloor('statement', site.directory)
  const servers = (name: keyof typeof PATHS) => ({
    product: { url: server.url + PATHS[name], pid: server.pid },
    memory: { url: `${memory.url}/${name}`, pid: memory.pid },
    statement: { url: `${statement.url}/${name}`, pid: statement.pid },
  })

  const speeds: Record<string, number[]> = {}
  const costs: Record<string, number[]> = {}
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const name of NAMES) {
      for (const [who, { url, pid }] of Object.entries(servers(name))) {
        const before = processorSeconds(pid)
        const { perSecond, latenciesMs } = await load({ url, headers, seconds: 1 })
        // The round before the first warms everything up.
        if (round < 0) continue
        const key = `${name} ${who}`
        ;(speeds[key] ??= []).push(perSecond)
        ;(costs[key] ??= []).push((processorSeconds(pid) - before) / latenciesMs.length)
      }
    }
  }
  await server.stop()
  memory.stop()
  statement.stop()
  removeSite(site)

  const microseconds = (key: string) => Math.round(median(costs[key] ?? []) * 1e6)
  const share = (what: string, name: string, floor: string, least: number) => ({
    ...shareFigure(what, speeds[`${name} product`] ?? [], speeds[`${name} ${floor}`] ?? [], least),
    note: `${microseconds(`${name} product`)} µs of processor time beside ${microseconds(`${name} ${floor}`)}`,
  })
  report([
    share('a row, of the bare statement', 'row', 'statement', 0.7),
    share('a row, of the same bytes from memory', 'row', 'memory', 0.4),
    share('100 rows, of the bare statement', 'page', 'statement', 1.2),
    share('`select 1`, of the bare statement', 'query', 'statement', 0.4),
  ])
}

async function startFloor(kind: 'memory' | 'statement', directory: string) {
  const child = spawn(process.execPath, [FLOOR, kind, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port]: unknown[] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${String(port).trim()}`, pid: child.pid ?? 0, stop: () => child.kill() }
}
