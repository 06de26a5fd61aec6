import { makeSite, removeSite, startProcess } from '../test/support/server-process.ts'
import { boundFigure, report } from './targets.ts'

const TABLES = 10_000

/** How long the pages that list tables take where there are very many, first and again. */
export async function bench(): Promise<void> {
  const tables = Array.from(
    { length: TABLES },
    (_, n) =>
      `create table t${n} (id integer primary key, a text, b text); insert into t${n} values (1, 'a', 'b');`,
  )
  const site = makeSite('big', `begin; ${tables.join('')} commit`, {
    databases: { big: { tables: { t1: { allow: { id: 'ann' } }, t2: { allow: false } } } },
  })
  const server = await startProcess(site)
  const figures = []
  for (const path of [
    '/',
    '/.json',
    '/big',
    '/big.json',
    '/-/jump.json?q=t99',
    '/big/t7',
    '/big/t7/1.json',
  ]) {
    for (const when of ['first', 'again']) {
      const start = performance.now()
      const answer = await fetch(server.url + path)
      const bytes = (await answer.bytes()).length
      if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`)
      const tookMs = performance.now() - start
      figures.push({ ...boundFigure(`\`${path}\`, ${when}`, tookMs, 'ms', 1000), note: `${bytes} bytes` })
    }
  }
  await server.stop()
  removeSite(site)
  report(figures)
}
