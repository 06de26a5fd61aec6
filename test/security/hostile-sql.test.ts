import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { filesWrittenBySql, residentMb } from '../support/process-tree.ts'
import {
  makeSite,
  removeSite,
  startProcess,
  type ServerProcess,
  type Site,
} from '../support/server-process.ts'
import { DEEP_AND_WIDE, FORBIDDEN, MEMORY_BOMBS, TIME_BOMBS } from './hostile-statements.ts'

/**
 * SQL from people who want to do harm, sent to a real server on a real file: whatever it is, it is answered with rows or
 * a 400, others go on reading, the memory stays bounded, and the file and its surroundings stay as they are.
 */

/** Of a server with one reader at work. A reader may take about 0.5 GB (`CHILD_ADDRESS_SPACE_KB`), the others are idle. */
const ONE_AT_WORK_MB = 1200

/** Of a server with all three readers at work. */
const ALL_AT_WORK_MB = 2200

const SQL = `create table goods (id integer primary key, name text, price real);
  insert into goods with recursive n(i) as (select 1 union all select i + 1 from n limit 900)
    select i, 'item ' || i, i / 10.0 from n;
  create virtual table notes using fts5(body); insert into notes select name from goods;
  create virtual table old using fts3(body); insert into old select name from goods;
  create virtual table boxes using rtree(id, a, b); insert into boxes select id, id, id + 1 from goods;
  create table large (v); insert into large values (zeroblob(20000000)), ('small');`

const STORED = {
  bytes: 'select zeroblob(:n), randomblob(:n)',
  format: "select printf('%.*c', :n, 'x'), format(:format, 1, 2)",
  text: "select replace(hex(zeroblob(8000000)), '0', :text), :text || :text",
  pattern: 'select count(*) from goods where name like :pattern or name glob :pattern',
  json: 'select * from json_tree(:json, :path)',
  search: 'select * from notes where notes match :words',
  count:
    'with recursive n(i) as (select 1 union all select i + 1 from n limit :n) select i from n order by hex(i)',
}

const HOSTILE_VALUES: readonly (readonly [keyof typeof STORED, Readonly<Record<string, string>>])[] = [
  ['bytes', { n: '2000000000' }],
  ['bytes', { n: '-9223372036854775808' }],
  ['format', { n: '1000000000', format: '%2147483647d' }],
  ['format', { n: '1', format: '%.*f%.*f%n%s'.repeat(500) }],
  ['text', { text: '0'.repeat(9000) }],
  ['text', { text: '"; drop table goods; --\0' }],
  ['pattern', { pattern: '%a'.repeat(4000) }],
  ['pattern', { pattern: '[a-'.repeat(4000) }],
  ['json', { json: '['.repeat(9000), path: '$' }],
  ['json', { json: '[1]', path: '$[#-99999999999999999999]' }],
  ['search', { words: '('.repeat(5000) }],
  ['search', { words: 'item NEAR '.repeat(900) }],
  ['count', { n: '999999999999' }],
]

let site: Site
let temporary: string
let server: ServerProcess
let before: string
let watch: NodeJS.Timeout
let peakMb = 0
const written = new Set<string>()

/** The name, length and content of every file beside the database, and the names of temporary ones. */
const surroundings = () =>
  JSON.stringify([
    readdirSync(site.directory)
      .filter((name) => !name.startsWith('internal.db'))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(site.directory, name)))
          .digest('hex'),
      ]),
    readdirSync(temporary),
    readdirSync('/tmp').filter((name) => name.startsWith('stolen') || name.startsWith('etilqs_')),
  ])

const look = () => {
  peakMb = Math.max(peakMb, residentMb(server.pid))
  for (const file of filesWrittenBySql(server.pid)) written.add(file)
}

/** The most memory during this test; an attack that was over at once is looked at now. */
const mostMb = () => {
  look()
  return peakMb
}

beforeAll(async () => {
  const queries = Object.fromEntries(Object.entries(STORED).map(([name, sql]) => [name, { sql }]))
  site = makeSite('shop', SQL, { databases: { shop: { queries } } })
  temporary = mkdtempSync(join(tmpdir(), 'hostile-'))
  vi.stubEnv('TMPDIR', temporary)
  server = await startProcess(site, '--setting', 'sql_time_limit_ms', '300')
  await (await fetch(`${server.url}/shop.json`)).text()
  before = surroundings()
  watch = setInterval(look, 20)
})

beforeEach(() => {
  peakMb = 0
})

afterEach(() => {
  expect(surroundings()).toBe(before)
  expect([...written]).toEqual([])
  // A statement that ends its process, instead of being refused or cut off, has found a hole.
  expect(server.log()).not.toContain('sql.process-ended')
})

afterAll(async () => {
  clearInterval(watch)
  await server.stop()
  vi.unstubAllEnvs()
  removeSite(site)
  rmSync(temporary, { recursive: true })
})

type Answered = { readonly status: number; readonly text: string }

async function get(path: string, parameters: Readonly<Record<string, string>>): Promise<Answered> {
  const answer = await fetch(`${server.url}${path}?${new URLSearchParams(parameters).toString()}`)
  return { status: answer.status, text: await answer.text() }
}

/** Asks while somebody else reads rows and pages all the time; they must get them. */
async function attack(path: string, parameters: Readonly<Record<string, string>>): Promise<Answered> {
  const over = new AbortController()
  const attacked = get(path, parameters).finally(() => over.abort())
  do {
    const [row, page] = await Promise.all([
      get('/shop/goods/7.json', {}),
      get('/shop/goods.json', { _size: '1', _sort: 'price' }),
    ])
    expect(row).toMatchObject({ status: 200, text: expect.stringContaining('item 7') as string })
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('item 1') as string })
  } while (!over.signal.aborted)
  return attacked
}

// All rows fit on the page: the address of a next one would be too long a header for the client of this test.
const asCondition = (sql: string) => ({ _where: `exists (${sql})`, _size: '1000' })

const isAnswered = ({ status, text }: Answered) => {
  expect([200, 400]).toContain(status)
  expect(text.startsWith(`{"ok":${status === 200}`)).toBe(true)
}

const SURVIVED = Object.entries({ ...MEMORY_BOMBS, ...TIME_BOMBS, ...DEEP_AND_WIDE })

describe.runIf(process.platform === 'linux')('a server that is sent hostile SQL', () => {
  it.each(SURVIVED)('survives %s', async (_what, sql) => {
    isAnswered(await attack('/shop/-/query.json', { sql }))
    expect(mostMb()).toBeLessThan(ONE_AT_WORK_MB)
  })

  it.each(SURVIVED)('survives %s as a condition', async (_what, sql) => {
    isAnswered(await attack('/shop/goods.json', asCondition(sql)))
    expect(mostMb()).toBeLessThan(ONE_AT_WORK_MB)
  })

  it.each(HOSTILE_VALUES)('survives values for the stored query %s: %o', async (query, values) => {
    isAnswered(await attack(`/shop/${query}.json`, values))
    expect(mostMb()).toBeLessThan(ONE_AT_WORK_MB)
  })

  it.each(Object.entries(FORBIDDEN))('refuses %s', async (_what, sql) => {
    expect((await attack('/shop/-/query.json', { sql })).status).toBe(400)
    isAnswered(await attack('/shop/goods.json', asCondition(sql)))
  })

  it('neither tells nor takes an address of code as a bound value, and searches go on', async () => {
    const tokenizer = { a: 'simple', b: 'AAAAAAAA' }
    for (const sql of ['select hex(fts3_tokenizer(:a))', 'select hex(fts3_tokenizer(:a, :b))']) {
      const { status, text } = await get('/shop/-/query.json', { sql, ...tokenizer })
      expect([status, text]).toEqual([400, expect.stringContaining('not authorized')])
    }
    expect(await get('/shop/old.json', { _where: "old match 'item'", _size: '1' })).toMatchObject({
      status: 200,
    })
  })

  it('stays within its memory when every reader is at work on a bomb', async () => {
    await Promise.all(
      Object.values(MEMORY_BOMBS).map(async (sql) => isAnswered(await get('/shop/-/query.json', { sql }))),
    )
    expect(mostMb()).toBeLessThan(ALL_AT_WORK_MB)
  })

  it('stays within its memory when nobody takes the answers', async () => {
    const clients = Array.from({ length: 60 }, () => {
      const client = connect(Number(new URL(server.url).port), '127.0.0.1')
      client.on('error', () => {})
      client.pause()
      client.write(
        'GET /shop/-/query.json?sql=select+hex(zeroblob(8000000)) HTTP/1.1\r\nHost: localhost\r\n\r\n',
      )
      return client
    })
    // The readers serve one after the other: who comes last has the answer when all others were worked on.
    isAnswered(await get('/shop/-/query.json', { sql: 'select count(*) from goods' }))
    for (const client of clients) client.destroy()
    expect(mostMb()).toBeLessThan(ALL_AT_WORK_MB)
  })

  it('refuses an address that is longer than a statement needs', async () => {
    expect((await get('/shop/-/query.json', { sql: `select '${'x'.repeat(1_000_000)}'` })).status).toBe(431)
    const parameters = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`p${n}`, 'x']))
    expect((await get('/shop/-/query.json', { sql: 'select :p1', ...parameters })).status).toBe(431)
    expect((await get('/shop/goods/7.json', {})).status).toBe(200)
  })
})
