import { processTree, proportionalMb, residentMb } from '../test/support/process-tree.ts'
import { removeSite, startProcess } from '../test/support/server-process.ts'
import { load } from './load.ts'
import { bearer, makeShopSite } from './shop-site.ts'
import { boundFigure, median, report } from './targets.ts'

const STARTS = Number(process.argv[3] ?? 7)

/** How soon a server answers, and how much memory it and its children take, with two databases. */
export async function bench(): Promise<void> {
  const site = makeShopSite()
  const headers = bearer(site)
  const firstAnswers: number[] = []
  for (let n = 0; n < STARTS; n += 1) {
    const start = performance.now()
    const server = await startProcess(site)
    await (await fetch(`${server.url}/shop/items/7.json`, { headers })).text()
    firstAnswers.push(performance.now() - start)
    await server.stop()
  }

  const server = await startProcess(site)
  const paths = [
    '/shop/items/7.json',
    '/shop/items.json?_size=100',
    '/shop/-/query.json?sql=select+1',
    '/second/notes.json',
  ]
  for (const path of paths) await (await fetch(server.url + path, { headers })).text()
  await new Promise((done) => setTimeout(done, 1000))
  const idleMb = proportionalMb(server.pid)
  const idle = processes(server.pid)

  let loadedMb = 0
  const watch = setInterval(() => (loadedMb = Math.max(loadedMb, proportionalMb(server.pid))), 200)
  for (const path of paths.slice(0, 3)) await load({ url: server.url + path, headers, seconds: 4 })
  clearInterval(watch)
  const loaded = processes(server.pid)
  await server.stop()
  removeSite(site)

  report([
    boundFigure('start to first answer, median', median(firstAnswers), 'ms', 500),
    { ...boundFigure('resident memory, idle', idleMb, 'MB', 200), note: idle },
    { ...boundFigure('resident memory, loaded', loadedMb, 'MB', 300), note: loaded },
  ])
}

/** What the system says when it counts the pages that processes share once for each. */
const processes = (pid: number) =>
  `${processTree(pid).length} processes, added up ${Math.round(residentMb(pid))} MB`
