import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestRequest, type TestServer } from '../../app/test-server.ts'
import { signToken } from '../../auth/token-format.ts'

const root = { id: 'root' }
const anna = { id: 'anna' }
const DAY = 86_400
/** The permission to read the trail, and nothing else that is not open to everybody. */
const READER = { id: 'auditor' }

async function start(): Promise<TestServer> {
  return createTestServer({
    databases: {
      shop: 'create table logs (id integer primary key, line text); create table secrets (id text primary key, line text)',
    },
    rootEnabled: true,
    config: {
      permissions: {
        'view-audit': { id: ['auditor', 'root'] },
        'insert-row': { id: ['anna', 42, '42'] },
        'delete-row': anna,
      },
      databases: { shop: { tables: { secrets: { allow: anna } } } },
    },
  })
}

type Entry = Readonly<Record<string, unknown>>
type Trail = {
  readonly entries: readonly Entry[]
  readonly next: string | null
  readonly next_url: string | null
}

const trail = async (server: TestServer, query = '', actor: object = READER): Promise<Trail> => {
  const response = await server.request(`/-/audit.json${query}`, { actor: { ...actor } })
  expect(response.status).toBe(200)
  return (await response.json()) as Trail
}
const insert = (server: TestServer, table: string, rows: object, request: TestRequest = { actor: anna }) =>
  server.request(`/shop/${table}/-/insert`, { json: { rows }, address: '192.0.2.7', ...request })

describe('the audit trail', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
    await insert(server, 'logs', [{ line: 'a value of a row' }, { line: 'another' }])
    server.advance(60)
    const token = signToken(server.signer, { a: 'anna', t: server.now() })
    await insert(server, 'secrets', [{ id: 'k/1', line: 'hidden' }], { token })
    await server.request('/shop/secrets/k~2F1/-/delete', { actor: anna, json: {} })
    server.advance(DAY)
    await insert(server, 'logs', [{ line: 'x' }], { actor: { id: 42 } })
    await insert(server, 'logs', [{ line: 'y' }], { actor: { id: '42' } })
  })
  afterAll(() => server.close())

  const events = async (query: string) => (await trail(server, query)).entries.map(({ id }) => id)

  it('says who did what, where, when and from where, newest first, and no value', async () => {
    const { entries, next } = await trail(server)
    expect(next).toBeNull()
    expect(entries.map(({ id }) => id)).toEqual([5, 4, 3, 2, 1])
    expect(entries.at(-1)).toEqual({
      id: 1,
      at: '2027-01-15T08:00:00Z',
      event: 'insert-rows',
      actor_id: 'anna',
      token: false,
      client_id: null,
      client_name: null,
      grant_id: null,
      address: '192.0.2.7',
      database: 'shop',
      table: 'logs',
      pks: null,
      num_rows: 2,
      ignore: false,
      replace: false,
    })
    expect(entries[3]).toMatchObject({ event: 'insert-rows', table: 'secrets', token: true })
    expect(entries[2]).toMatchObject({ event: 'delete-row', pks: ['k/1'], num_rows: 1 })
    expect(JSON.stringify(entries)).not.toMatch(/a value of a row|hidden/)
  })

  it('finds entries by person, table, event and time', async () => {
    expect(await events('?actor=anna')).toEqual([3, 2, 1])
    expect(await events('?database=shop&table=logs')).toEqual([5, 4, 1])
    expect(await events('?table=secrets')).toEqual([3, 2])
    expect(await events('?event=delete-row&actor=anna')).toEqual([3])
    expect(await events('?since=2027-01-16')).toEqual([5, 4])
    expect(await events('?until=2027-01-15')).toEqual([3, 2, 1])
    expect(await events('?since=2027-01-15T08:00:01&until=2027-01-15+08:01')).toEqual([3, 2])
    expect(await events('?client=nobody')).toEqual([])
    expect(await events('?actor=&event=&since=')).toEqual([5, 4, 3, 2, 1])
  })

  it('knows 42 and "42" as two people, and finds the number where there is no such text', async () => {
    expect(await events('?actor=42')).toEqual([5])
    await insert(server, 'logs', [{ line: 'z' }], { actor: { id: 7 } })
    expect(await events('?actor=7')).toEqual([])
  })

  it('refuses what it cannot read, and keeps the form', async () => {
    for (const query of ['since=yesterday', 'until=2027-13-01', '_next=1', '_next=1,x']) {
      const response = await server.request(`/-/audit.json?${query}`, { actor: READER })
      expect(response.status).toBe(400)
    }
    const response = await server.request('/-/audit?since=yesterday&actor=anna', { actor: READER })
    expect(response.status).toBe(400)
    const page = await response.text()
    expect(page).toContain('Write a day or a moment in UTC')
    expect(page).toContain('value="yesterday"')
    expect(page).toContain('value="anna"')
  })

  it('shows the same as a page, with links', async () => {
    const response = await server.request('/-/audit?actor=anna', { actor: READER })
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(page).toContain('href="/shop/secrets/k~2F1"')
    expect(page).toContain('an API token')
    expect(page).toContain('href="/-/audit.json?actor=anna"')
    const empty = await server.request('/-/audit?actor=nobody', { actor: READER })
    expect(await empty.text()).toContain('Nothing like that')
  })
})

describe('who may read the trail', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())

  it.each<[string, TestRequest, number]>([
    ['root', { actor: root }, 200],
    ['who holds view-audit', { actor: READER }, 200],
    ['nobody', {}, 403],
    ['who may write everywhere', { actor: anna }, 403],
  ])('%s', async (_who, request, status) => {
    for (const path of ['/-/audit', '/-/audit.json'])
      expect((await server.request(path, request)).status).toBe(status)
  })

  it.each<[string, object | null, number]>([
    ['no restriction', null, 200],
    ['the action', { a: ['view-audit'] }, 200],
    ['everything else', { a: ['vi', 'pd', 'dm', 'vd', 'vt', 'ir', 'ur', 'dr', 'ews'] }, 403],
    ['the action on a database', { d: { shop: ['view-audit'] } }, 403],
    ['the action on a table', { r: { shop: { logs: ['view-audit'] } } }, 403],
    ['nothing', {}, 403],
  ])('a token of theirs with %s', async (_what, restrictions, status) => {
    const payload = {
      a: 'auditor',
      t: server.now(),
      ...(restrictions !== null && { _r: { ...restrictions } }),
    }
    const token = signToken(server.signer, payload)
    expect((await server.request('/-/audit.json', { token })).status).toBe(status)
  })

  it('a token of somebody who may not read it, whatever it names', async () => {
    const token = signToken(server.signer, { a: 'anna', t: server.now(), _r: { a: ['view-audit'] } })
    expect((await server.request('/-/audit.json', { token })).status).toBe(403)
  })
})

describe('a long trail', () => {
  let server: TestServer
  const LONG = 10_250
  beforeAll(async () => {
    server = await start()
    await sql`
      insert into tapedeck_audit (at, event, actor_id, is_token, address, database_name, table_name)
      with recursive n(i) as (select 1 union all select i + 1 from n limit ${LONG})
      select cast(${server.now()} - (${LONG} - i) / 4 as integer), case when i = 5 then 'drop-table' else 'insert-rows' end,
        case when i % 100 = 1 then '"bea"' else '"anna"' end, 0, '192.0.2.7', 'shop', 'logs' from n
    `.execute(server.store)
  })
  afterAll(() => server.close())

  /** Every page from the first to the last. */
  const pages = async (query: string) => {
    const all: Trail[] = []
    for (let path: string | null = `/-/audit.json${query}`; path !== null;) {
      const response: Response = await server.request(path, { actor: READER })
      const page = (await response.json()) as Trail
      all.push(page)
      path = page.next_url === null ? null : page.next_url.replace(server.origin, '')
    }
    return all
  }

  it('is read page by page, each entry once and in order, also within one second', async () => {
    const all = await pages('')
    expect(all[0]?.entries).toHaveLength(100)
    const ids = all.flatMap(({ entries }) => entries.map(({ id }) => id))
    expect(ids).toEqual(Array.from({ length: LONG }, (_, place) => LONG - place))
  })

  it('keeps the filter from page to page', async () => {
    const all = await pages('?actor=bea')
    expect(all.map(({ entries }) => entries.length)).toEqual([100, 3])
    expect(new Set(all.flatMap(({ entries }) => entries.map(({ actor_id: id }) => id)))).toEqual(
      new Set(['bea']),
    )
  })

  it('is looked through 10,000 entries at a time', async () => {
    const all = await pages('?event=drop-table')
    expect(all.map(({ entries }) => entries.map(({ id }) => id))).toEqual([[], [5]])
    const page = await server.request('/-/audit?event=drop-table', { actor: READER })
    expect(await page.text()).toContain('The next page looks further back.')
  })

  it('forgets what is older than 90 days: at once for readers, and in the file with the writes that follow', async () => {
    const rows = async () => {
      const counted = await sql<{ n: number }>`select count(*) as n from tapedeck_audit`.execute(server.store)
      return counted.rows[0]?.n
    }
    server.advance(91 * DAY)
    expect((await trail(server)).entries).toEqual([])
    await insert(server, 'logs', [{ line: 'new' }])
    expect((await trail(server)).entries).toHaveLength(1)
    expect(await rows()).toBe(LONG + 1 - 200)
    for (let n = 0; n < 100; n += 1) await insert(server, 'logs', [{ line: 'more' }])
    expect(await rows()).toBe(LONG + 101 - 400)
  })
})

it('goes on when the trail cannot be written, and leaves the entry in the log', async () => {
  const server = await start()
  await sql`create trigger full before insert on tapedeck_audit begin select raise(abort, 'disk full'); end`.execute(
    server.store,
  )
  expect((await insert(server, 'logs', [{ line: 'kept' }])).status).toBe(201)
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes('audit.failed'))
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    entries: [{ event: 'insert-rows', table_name: 'logs' }],
  })
  expect(lines[0]).not.toContain('kept')
  await server.close()
})

describe('the audit trail of SQL', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer({
      databases: { shop: 'create table logs (line text)' },
      rootEnabled: true,
    })
  })
  afterAll(() => server.close())

  it('says how many rows were changed', async () => {
    const write = async (sql: string) =>
      server.request('/shop/-/execute-write', { json: { sql }, actor: root })
    await write("insert into logs values ('a'), ('b'), ('c')")
    await write('create table more (id integer)')
    const { entries } = await trail(server, '?event=execute-write', root)
    expect(entries).toMatchObject([
      { table: 'more', num_rows: null, operations: ['create'] },
      { table: 'logs', num_rows: 3, operations: ['insert'] },
    ])
  })

  it('says who saved, changed and deleted which query, and nothing of what was refused', async () => {
    const send = async (path: string, json: object) =>
      (await server.request(`/shop${path}`, { json, actor: root })).status
    const query = { name: 'all', sql: 'select * from logs' }
    expect(await send('/-/queries/store', { query })).toBe(201)
    expect(await send('/-/queries/store', { query })).toBe(400)
    expect(await send('/all/-/update', { update: { title: 'All' } })).toBe(200)
    expect(await send('/all/-/update', { update: { nothing: 1 } })).toBe(400)
    expect(await send('/all/-/delete', {})).toBe(200)
    const { entries } = await trail(server, '', root)
    const place = { database: 'shop', table: null, query: 'all', actor_id: 'root' }
    expect(entries.slice(0, 3)).toMatchObject([
      { event: 'delete-query', ...place },
      { event: 'update-query', ...place },
      { event: 'store-query', ...place },
    ])
    expect((await trail(server, '?event=update-query', root)).entries).toHaveLength(1)
    const page = await server.request('/-/audit', { actor: root })
    expect(await page.text()).toContain('<option value="store-query">')
  })
})
