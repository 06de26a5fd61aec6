import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IdempotencyKeys } from '../../../idempotency/idempotency-keys.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../../testing.ts'

let server: TestServer
beforeEach(async () => {
  server = await createTestServer({
    databases: {
      shop: 'create table items (id integer primary key, code text unique); create table other (code text)',
    },
    config: { permissions: { 'insert-row': true, 'update-row': true } },
  })
})
afterEach(() => server.close())

const KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
const ANN = { id: 'ann' }

async function send(request: TestRequest & { readonly key?: string }, path = 'items/-/insert') {
  const { key = KEY, headers, ...rest } = request
  const sent = { actor: ANN, ...rest, headers: { ...headers, 'idempotency-key': key } }
  const response = await server.request(`/shop/${path}`, sent)
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  }
}
const row = (code: string) => ({ json: { row: { code } } })
const lines = (body: TestRequest['body']) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson' },
  ...(body !== undefined && { body }),
})

function count(table = 'items'): unknown {
  const handle = new DatabaseSync(server.files['shop'] ?? '', { readOnly: true })
  const found = handle.prepare(`select count(*) as n from ${table}`).get()?.['n']
  handle.close()
  return found
}

describe('a request with an Idempotency-Key', () => {
  it('writes once and gives the first answer again, whatever happened to the rows meanwhile', async () => {
    const first = await send(row('a'))
    expect(first).toMatchObject({ status: 201, replayed: null })
    await server.request('/shop/items/1/-/update', { json: { update: { code: 'changed' } }, actor: ANN })
    expect(await send(row('a'))).toEqual({ ...first, replayed: 'true' })
    expect(await send({ ...row('a'), key: KEY.replaceAll('"', '') })).toMatchObject({ replayed: 'true' })
    expect(count()).toBe(1)
  })

  it('does so for bulk bodies and upserts too', async () => {
    for (const path of ['items/-/insert', 'other/-/insert', 'items/-/upsert']) {
      const key = JSON.stringify(path)
      const body = path.endsWith('upsert') ? '{"id": 9, "code": "u"}\n' : '{"code": "a"}\n{"code": "b"}\n'
      const first = await send({ ...lines(body), key }, path)
      expect(JSON.parse(first.text)).toMatchObject({ ok: true })
      expect(await send({ ...lines(body), key }, path)).toEqual({ ...first, replayed: 'true' })
    }
    expect([count(), count('other')]).toEqual([3, 2])
  })

  it('with another body, address or kind of content is a 422', async () => {
    await send(row('a'))
    expect((await send(row('b'))).status).toBe(422)
    expect((await send(row('a'), 'items/-/upsert')).status).toBe(422)
    expect((await send(row('a'), 'items/-/insert?x=1')).status).toBe(422)
    expect((await send(lines('{"code": "a"}'))).status).toBe(422)
    expect(count()).toBe(1)
  })

  it('is another one for somebody else, another token and another table', async () => {
    await send(row('a'))
    expect(await send({ ...row('b'), actor: { id: 'bob' } })).toMatchObject({ status: 201, replayed: null })
    expect(
      await send({ ...row('c'), actor: { id: 'ann', token: 'dstok', _r: { a: ['ir'] } } }),
    ).toMatchObject({
      status: 201,
      replayed: null,
    })
    expect(await send({ json: { row: { code: 'a' } } }, 'other/-/insert')).toMatchObject({ replayed: null })
    expect(count()).toBe(3)
  })

  it('counts for its person, whatever the token', async () => {
    const owners = async () =>
      (await sql`select distinct owner from tapedeck_idempotency_keys`.execute(server.store)).rows.length
    await send(row('a'))
    await send({ ...row('b'), actor: { id: 'ann', token: 'dstok', _r: { a: ['ir'] } } })
    expect([count(), await owners()]).toEqual([2, 1])
    await send({ ...row('c'), actor: { id: 'bob' } })
    expect([count(), await owners()]).toEqual([3, 2])
  })

  it('is another one for each person, also where ids look alike or there is none', async () => {
    const people = [{ id: 42 }, { id: '42' }, { name: 'Ann' }, { name: 'Bob' }, { id: true, name: 'Ann' }]
    for (const [place, actor] of people.entries()) {
      const sent = { ...row(`code ${place}`), actor }
      expect(await send(sent)).toMatchObject({ status: 201, replayed: null })
      expect(await send(sent)).toMatchObject({ status: 201, replayed: 'true' })
    }
    expect(count()).toBe(people.length)
  })

  it('is another one at another address for who is signed out', async () => {
    const insert = async (code: string, address: string) => {
      const headers = { 'idempotency-key': KEY }
      const answer = await server.request('/shop/items/-/insert', { ...row(code), headers, address })
      return [answer.status, answer.headers.get('idempotency-replayed')]
    }
    expect(await insert('a', '192.0.2.1')).toEqual([201, null])
    expect(await insert('b', '192.0.2.2')).toEqual([201, null])
    expect(await insert('a', '192.0.2.1')).toEqual([201, 'true'])
  })

  it('writes nothing, and says so in JSON, when the key cannot be noted', async () => {
    await sql`pragma query_only = on`.execute(server.store)
    const answer = await send(row('a'))
    expect(answer).toMatchObject({ status: 503, retryAfter: '5' })
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, status: 503 })
    expect(count()).toBe(0)
    await sql`pragma query_only = off`.execute(server.store)
    expect(await send(row('a'))).toMatchObject({ status: 201, replayed: null })
  })

  it('that failed without writing can be sent again, with another body too', async () => {
    await send({ ...row('taken'), key: 'first' })
    expect((await send(row('taken'))).status).toBe(400)
    expect((await send({ json: { row: { nope: 1 } } })).status).toBe(400)
    expect(await send(row('free'))).toMatchObject({ status: 201, replayed: null })
  })

  it('is a 409 while the first still runs, and is told when to come again', async () => {
    const { promise, resolve } = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>()
    const first = send(lines(new ReadableStream({ start: resolve })))
    const controller = await promise
    await expect.poll(async () => (await send(lines('{"code": "a"}'))).status).toBe(409)
    expect(await send(lines('{"code": "a"}'))).toMatchObject({ status: 409, retryAfter: '1' })
    controller.enqueue(Buffer.from('{"code": "a"}'))
    controller.close()
    expect((await first).status).toBe(201)
    expect(await send(lines('{"code": "a"}'))).toMatchObject({ status: 201, replayed: 'true' })
    expect(count()).toBe(1)
  })

  it('says honestly that it does not know how a write ended in which the server was ended', async () => {
    await send(row('a'))
    await server.store
      .withTables<{ tapedeck_idempotency_keys: { status: number | null; body: string | null } }>()
      .updateTable('tapedeck_idempotency_keys')
      .set({ status: null, body: null })
      .execute()
    const answer = await send(row('a'))
    expect(answer).toMatchObject({ status: 409, retryAfter: null })
    expect(answer.text).toContain('how that ended is not known')
    expect(count()).toBe(1)
  })

  it('is forgotten after a day', async () => {
    await send(row('a'))
    server.advance(24 * 60 * 60 - 1)
    expect((await send(row('a'))).replayed).toBe('true')
    server.advance(1)
    expect((await send(row('a'))).text).toContain('UNIQUE constraint failed')
    expect(await send(row('b'))).toMatchObject({ status: 201, replayed: null })
  })

  it('that makes no sense is a 400, and writes nothing', async () => {
    for (const key of ['two words', '""', 'k'.repeat(256)])
      expect((await send({ ...row('a'), key })).status).toBe(400)
    expect(count()).toBe(0)
  })

  it('gives nobody an answer who may not insert any more', async () => {
    expect((await send({ ...row('a'), actor: { id: 'ann', token: 'dstok', _r: { a: [] } } })).status).toBe(
      403,
    )
  })
})

describe('IdempotencyKeys', () => {
  const claim = (id: string) => ({ id, owner: 'ann', fingerprint: 'f' })
  const finish = async (keys: IdempotencyKeys, who: { id: string; owner: string }, body: string) => {
    await keys.claim({ ...who, fingerprint: 'f' }, 10)
    await keys.finish(who, { status: 201, body })
  }
  const known = (keys: IdempotencyKeys, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await keys.find(id, 21)) !== null))

  it('lets one of many begin', async () => {
    const keys = new IdempotencyKeys(server.store)
    const won = await Promise.all(Array.from({ length: 8 }, () => keys.claim(claim('a'), 1000)))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await keys.claim(claim('a'), 1000 + 86_400)).toBe(true)
  })

  it('drops the oldest answers of one owner when they take too much room, and no write that is not done', async () => {
    const keys = new IdempotencyKeys(server.store)
    await keys.claim(claim('running'), 1)
    const body = 'x'.repeat(15 * 1024 * 1024)
    await finish(keys, { id: 'other', owner: 'bob' }, body)
    for (const id of ['old', 'middle', 'new']) await finish(keys, claim(id), body)
    expect(await known(keys, ['running', 'old', 'middle', 'new', 'other'])).toEqual([
      true,
      false,
      true,
      true,
      true,
    ])
    await finish(keys, claim('last'), 'x')
    expect(await known(keys, ['middle', 'new', 'last'])).toEqual([true, true, true])
  })

  it('drops the oldest answers of one owner when they are too many', async () => {
    const keys = new IdempotencyKeys(server.store)
    for (const id of ['old', 'new']) await finish(keys, claim(id), 'x')
    await sql`update tapedeck_idempotency_keys set place = 10000 where id = 'new'`.execute(server.store)
    await finish(keys, claim('last'), 'x')
    expect(await known(keys, ['old', 'new', 'last'])).toEqual([false, true, true])
  })
})
