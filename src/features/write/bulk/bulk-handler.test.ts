import { readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../../testing.ts'
import { refused } from '../../../../test/support/write-api.ts'

const SCHEMA = `
  create table items (id integer primary key, code text, price real, note text default 'by default', photo blob);
  insert into items (id, code) values (1, 'old');
  create table events (at text, what text);
  create table exact (n integer primary key, any_number integer, r real, t text, b blob) strict;
  create table makers (id integer primary key);
  create table goods (id integer primary key, maker integer references makers(id) on delete cascade, link text);
  insert into makers values (1); insert into goods values (1, 1, null);
  create view few as select * from items;
`
const TABLES = ['items', 'events', 'exact', 'makers', 'goods']
const ALL = { id: 'all' }

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      settings: { max_bulk_body_bytes: 5_000_000, max_post_body_bytes: 1000, max_insert_rows: 2 },
      permissions: {
        'insert-row': { id: ['all', 'inserter', 'blind', 42, '42'] },
        'update-row': { id: ['all', 'blind'] },
        'alter-table': { id: 'all' },
      },
      databases: {
        shop: {
          tables: {
            events: { allow: { id: 'all' } },
            goods: { column_types: { link: 'url' } },
            makers: { permissions: { 'delete-row': { id: 'all' } } },
          },
        },
      },
    },
  })
})
afterAll(() => server.close())

/** Every test begins with the tables as they were. */
beforeEach(() => {
  const handle = new DatabaseSync(server.files['shop'] ?? '', {
    enableForeignKeyConstraints: false,
    // The server may be folding its log just now.
    timeout: 10_000,
  })
  handle.exec(`drop view few; ${TABLES.map((name) => `drop table ${name};`).join('')} ${SCHEMA}`)
  handle.close()
})

const JSON_LINES = { 'content-type': 'application/x-ndjson' }
const CSV = { 'content-type': 'text/csv' }

async function send(path: string, body: TestRequest['body'], request: TestRequest = {}) {
  const response = await server.request(`/shop/${path}`, {
    method: 'POST',
    actor: ALL,
    headers: JSON_LINES,
    ...(body !== undefined && { body }),
    ...request,
  })
  return { status: response.status, headers: response.headers, json: await response.json() }
}
const csv = (path: string, body: string) => send(path, body, { headers: CSV })

/** What is in the file, read by somebody else. */
function rows(sql: string): readonly unknown[] {
  const handle = new DatabaseSync(server.files['shop'] ?? '', {
    readOnly: true,
    readBigInts: true,
    returnArrays: true,
  })
  try {
    return handle.prepare(sql).all()
  } finally {
    handle.close()
  }
}
const count = (table: string) => Number(rows(`select count(*) from ${table}`).flat()[0])
/** Rows that are written to a file before more arrives. */
const ENOUGH_FOR_A_FILE = Buffer.from(`{"note": "${'x'.repeat(900)}"}\n`.repeat(400))
const leftOver = () => readdirSync(server.uploadsFolder)

describe('a body of JSON lines', () => {
  it('writes every row, more than a JSON body may have, with exact values', async () => {
    const lines = [
      '\uFEFF{"id": 9007199254740993, "code": "007", "price": 1, "photo": {"$base64": true, "encoded": "AAE="}}',
      '',
      '{"id": 3, "code": 7, "price": 1.5, "photo": null}\r',
      '{"id": 4, "code": [1, 2]}',
    ]
    expect(await send('items/-/insert', lines.join('\n'))).toMatchObject({
      status: 201,
      json: { ok: true, rows_received: 3, rows_written: 3 },
    })
    expect(
      rows('select id, code, typeof(price), note, hex(photo) from items where id > 1 order by id'),
    ).toEqual([
      [3n, '7', 'real', 'by default', ''],
      [4n, '[1, 2]', 'null', 'by default', ''],
      [9007199254740993n, '007', 'real', 'by default', '0001'],
    ])
    expect(leftOver()).toEqual([])
  })

  it.each(['application/jsonl', 'application/jsonlines', 'Application/X-NDJSON; charset=utf-8'])(
    'is known as %s',
    async (type) => {
      const answer = await send('items/-/insert', '{"code": "a"}\n', { headers: { 'content-type': type } })
      expect(answer.status).toBe(201)
    },
  )

  it('makes NULL of what a row leaves out and another has, as a list in JSON does', async () => {
    await send('items/-/insert', '{"code": "a", "note": "n"}\n{"code": "b"}\n{}')
    expect(rows('select code, note from items where id > 1')).toEqual([
      ['a', 'n'],
      ['b', null],
      [null, null],
    ])
  })

  it('of no rows, or of rows without columns, is fine', async () => {
    expect(await send('items/-/insert', '\n')).toMatchObject({ status: 201, json: { rows_received: 0 } })
    expect(await send('items/-/insert', '{}\n{}')).toMatchObject({ status: 201, json: { rows_received: 2 } })
    expect(count('items')).toBe(3)
  })

  it.each([
    ['{"code": "a"}\n\n{"code": }', 'Row 2 (line 3): not JSON: '],
    ['{"code": "a"}\n[1]', 'Row 2 (line 2): a row is an object, {"column": value}'],
    ['{"code": "a"}\n{"code": "b", "x": 1}', 'Row 2 (line 2): invalid columns: x'],
    ['{"id": 18446744073709551616}', 'Row 1 (line 1): Integer is too large for SQLite, which stores 64 bits'],
    ['{"code": "a"}\n\n{"id": 1}', 'Row 2 (line 3): UNIQUE constraint failed: items.id'],
    ['{"code": "a"}\n{"id": "x"}', 'Row 2 (line 2): datatype mismatch'],
  ])('of which one row cannot be written writes nothing: %j', async (body, error) => {
    const answer = await send('items/-/insert', body)
    expect(answer).toMatchObject({ status: 400, json: { ok: false, error: expect.stringContaining(error) } })
    expect(count('items')).toBe(1)
    expect(leftOver()).toEqual([])
  })

  it('must be text', async () => {
    const body = new Response(Buffer.from([0x7b, 0xff])).body ?? undefined
    expect(await send('items/-/insert', body)).toMatchObject(
      refused(400, expect.stringContaining('Request body is not valid UTF-8 (line ')),
    )
  })
})

describe('a body of CSV', () => {
  it('gives each value the type of its column, and tells no value from empty text', async () => {
    const body = '\uFEFFn,any_number,r,t\r\n9007199254740993,-5,1,007\r\n,,,""\r\n7,,,"a, ""b""\nc"\r\n'
    expect(await csv('exact/-/insert', body)).toMatchObject({ status: 201, json: { rows_received: 3 } })
    expect(rows("select n, any_number, r, t from exact where t <> '' order by n")).toEqual([
      [7n, null, null, 'a, "b"\nc'],
      [9007199254740993n, -5n, 1, '007'],
    ])
    expect(rows("select any_number, r from exact where t = ''")).toEqual([[null, null]])
  })

  it.each([
    ['', 'The body is empty: the first line must name the columns'],
    ['code,code\n1,2', 'Line 1 names the column "code" twice'],
    ['code,\n1,2', 'Line 1 leaves a name out'],
    [',,,\n', 'Line 1 leaves a name out'],
    [','.repeat(200_000), 'Line 1 names too many columns, maximum allowed is 2000'],
    [`code\n${','.repeat(200_000)}`, 'Row 1 (line 2): too many values, maximum allowed is 2000'],
    [`code\na\n"${'",,"'.repeat(3000)}`, 'Row 2 (line 3): too many values, maximum allowed is 2000'],
    ['code,nope\n1,2', 'Line 1 has invalid columns: nope'],
    ['code,nope\n', 'Line 1 has invalid columns: nope'],
    ['code;n\n1;2', 'Line 1 has invalid columns: code;n. Columns are separated by commas'],
    ['code\tn\n1\t2', 'Line 1 has invalid columns: code\tn. Columns are separated by commas'],
    ['code,note\n1,2\n\n3', 'Row 2 (line 4): it has 1 value, and the first line 2 names'],
    ['code\n"a', 'Row 1 (line 2): not CSV: '],
    ['code,price\na,1\nb,x"y"', 'Row 2 (line 3): not CSV: '],
    ['id\n9223372036854775808', 'Row 1 (line 2): Integer is too large for SQLite, which stores 64 bits'],
  ])('of which one row cannot be written writes nothing: %j', async (body, error) => {
    const answer = await csv('items/-/insert', body)
    expect(answer).toMatchObject({ status: 400, json: { error: expect.stringContaining(error) } })
    expect(count('items')).toBe(1)
    expect(leftOver()).toEqual([])
  })
})

describe('options of a bulk body', () => {
  it('ignore passes over rows that are there, and replace puts others in their place', async () => {
    const body = '{"id": 1, "code": "new"}\n{"id": 2, "code": "b"}'
    expect(await send('items/-/insert?ignore=1', body)).toMatchObject({
      json: { rows_received: 2, rows_written: 1 },
    })
    expect(rows('select code from items order by id').flat()).toEqual(['old', 'b'])
    expect(await send('items/-/insert?replace=true', body)).toMatchObject({ json: { rows_written: 2 } })
    expect(rows('select code from items order by id').flat()).toEqual(['new', 'b'])
  })

  it('alter adds columns with the type of all their values; those of CSV are text', async () => {
    await send('items/-/insert?alter=1', '{"a": 1, "b": 1, "c": null}\n{"a": 2, "b": 1.5, "d": "x"}')
    await csv('events/-/insert?alter=1', 'at,zip\nnow,007\n')
    expect(rows("select name, type from pragma_table_info('items') where cid > 4")).toEqual([
      ['a', 'INTEGER'],
      ['b', 'REAL'],
      ['c', 'TEXT'],
      ['d', 'TEXT'],
    ])
    expect(rows('select zip, typeof(zip) from events')).toEqual([['007', 'text']])
  })

  it('upsert changes what is sent and keeps the rest', async () => {
    const body = '{"id": 1, "price": 2.5}\n{"id": 2, "code": "b"}'
    expect(await send('items/-/upsert', body)).toMatchObject({
      status: 200,
      json: { ok: true, rows_received: 2, rows_written: 2 },
    })
    expect(rows('select id, code, price from items order by id')).toEqual([
      [1n, 'old', 2.5],
      [2n, 'b', null],
    ])
    const errors = [
      ['{"id": 1}\n{"code": "x"}', 'Row 2 (line 2): missing primary key column(s): "id"'],
      ['{"id": null}', 'Row 1 (line 1): null primary key column(s): "id"'],
    ] as const
    for (const [lines, error] of errors)
      expect(await send('items/-/upsert', lines)).toMatchObject(refused(400, error))
  })

  it.each([
    ['insert?ignore=1&replace=1', 'Cannot use "ignore" and "replace" at the same time'],
    ['insert?ignore=maybe', '"ignore" must be 1 or 0'],
    ['insert?return=1', '"return" is for JSON bodies: rows of this many do not come back'],
    ['insert?pk=id&b=1', 'Invalid parameter: "b", "pk"'],
    ['upsert?ignore=1', 'Upsert does not support ignore or replace'],
  ])('%s is refused', async (path, error) => {
    expect(await send(`items/-/${path}`, '{"id": 5}')).toMatchObject(refused(400, error))
  })
})

describe('what is known of a bulk body elsewhere', () => {
  it('the audit trail tells of it', async () => {
    await send('items/-/insert?ignore=1&alter=1', '{"id": 1, "x": 1}\n{"id": 2, "x": 2}')
    await send('items/-/upsert', '{"id": 2, "x": 3}')
    await send('items/-/insert', '')
    const trail = await server.store
      .withTables<{ tapedeck_audit: { entry_id: number; event: string; num_rows: number | null } }>()
      .selectFrom('tapedeck_audit')
      .select(['event', 'num_rows'])
      .orderBy('entry_id', 'desc')
      .limit(3)
      .execute()
    expect(trail).toEqual([
      { event: 'upsert-rows', num_rows: 1 },
      { event: 'insert-rows', num_rows: 2 },
      { event: 'alter-table', num_rows: null },
    ])
  })
})

describe('who may do what with a bulk body', () => {
  const inserter = { actor: { id: 'inserter' } }

  it.each([
    ['insert?replace=1', 'Permission denied: need update-row to use "replace"'],
    ['insert?alter=1', 'Permission denied for alter-table'],
    ['upsert', 'Permission denied: need both insert-row and update-row'],
  ])('who may only insert may not %s', async (path, error) => {
    expect(await send(`items/-/${path}`, '{"id": 1, "x": 1}', inserter)).toMatchObject(refused(403, error))
    expect(rows('select code from items')).toEqual([['old']])
  })

  it('replace deletes nothing in other tables without the right to that', async () => {
    const answer = await send('makers/-/insert?replace=1', '{"id": 1}')
    expect(answer).toMatchObject(refused(403, 'Permission denied: need delete-row on shop/goods'))
    expect(count('goods')).toBe(1)
  })

  it('who is signed out, or whose token is revoked, while the body arrives writes nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>()
    const body = new ReadableStream<Uint8Array>({ start: resolve })
    const token = signToken(server.signer, { a: 'all', t: server.now(), d: 60 })
    const response = server.request('/shop/items/-/insert', {
      method: 'POST',
      token,
      headers: JSON_LINES,
      body,
    })
    const controller = await promise
    controller.enqueue(ENOUGH_FOR_A_FILE)
    await expect.poll(() => leftOver().length).toBe(1)
    server.advance(61)
    controller.close()
    expect((await response).status).toBe(401)
    expect(count('items')).toBe(1)
    expect(leftOver()).toEqual([])
  })

  it('nobody else gets in, and nothing of the body is read', async () => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          throw new Error('it was read')
        },
      },
      { highWaterMark: 0 },
    )
    expect((await send('items/-/insert', body, { actor: { id: 'stranger' } })).status).toBe(403)
    expect((await send('few/-/insert', '{"id": 5}')).status).toBe(404)
  })

  it('who may not look is not told how many rows were there before', async () => {
    const blind = { actor: { id: 'blind' } }
    await send('events/-/insert', '{"at": "a"}')
    expect(await send('events/-/insert?ignore=1', '{"at": "a"}', blind)).toMatchObject({
      json: { ok: true, rows_received: 1 },
    })
    expect((await send('events/-/insert?ignore=1', '{"at": "a"}', blind)).json).not.toHaveProperty(
      'rows_written',
    )
  })
})

describe('bounds of a bulk body', () => {
  const long = 'x'.repeat(1002)

  it.each([
    [
      'json lines',
      `{"code": "a"}\n{"code": "${long}"}`,
      JSON_LINES,
      'Row 2 (line 2): longer than 1000 bytes',
    ],
    ['CSV', `code\na\n${long}`, CSV, 'Row 2 (line 3): longer than 1000 bytes'],
    ['a line without an end', long, JSON_LINES, 'Row 1 (line 1): longer than 1000 bytes'],
  ])('a row of %s may only be so long', async (_name, body, headers, error) => {
    expect(await send('items/-/insert', body, { headers })).toMatchObject(refused(413, error))
    expect(leftOver()).toEqual([])
  })

  it('a body may only be so long', async () => {
    const body = '{"code": "a"}\n'.repeat(400_000)
    const error = 'Request body exceeded maximum size of 5000000 bytes'
    expect(await send('items/-/insert', body)).toMatchObject(refused(413, error))
    expect(count('items')).toBe(1)
  })

  it('packed bodies and other encodings are refused', async () => {
    for (const headers of [
      { ...JSON_LINES, 'content-encoding': 'gzip' },
      { 'content-type': 'text/csv; charset=iso-8859-1' },
    ])
      expect((await send('items/-/insert', 'x', { headers })).status).toBe(415)
  })

  it('rows that all have other columns end before their statements fill the memory', async () => {
    const wide = Array.from({ length: 20 }, (_, place) => `c${place}`)
    const names = (row: number) => wide.filter((_, place) => (row >> place) & 1)
    const line = (row: number) =>
      `${JSON.stringify(Object.fromEntries(names(row).map((name) => [name, 1])))}\n`
    const body = Array.from({ length: 80_000 }, (_, row) => line(row)).join('')
    expect(await send('items/-/insert?alter=1', body)).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('too many rows so far had columns that no other row had') },
    })
  })

  /** A body that does not end before its controller, which is put into the list, is closed. */
  const slowBody = (open: ReadableStreamDefaultController<Uint8Array>[]) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(ENOUGH_FOR_A_FILE)
        open.push(controller)
      },
    })

  it('nobody takes the places of a person whose id only looks like theirs', async () => {
    const open: ReadableStreamDefaultController<Uint8Array>[] = []
    const begun = [42, 42].map((id) => send('items/-/insert', slowBody(open), { actor: { id } }))
    await expect.poll(() => leftOver().length).toBe(2)
    const statusFor = async (id: number | string) =>
      (await send('items/-/insert', '{"code": "a"}', { actor: { id } })).status
    expect([await statusFor(42), await statusFor('42')]).toEqual([503, 201])
    for (const controller of open) controller.close()
    await Promise.all(begun)
  })

  it('somebody may send two bodies at a time, and all together four', async () => {
    const open: ReadableStreamDefaultController<Uint8Array>[] = []
    const slow = () => slowBody(open)
    const begun: Promise<{ status: number }>[] = []
    for (const id of ['all', 'all', 'inserter', 'inserter']) {
      begun.push(send('items/-/insert', slow(), { actor: { id } }))
      await expect.poll(() => (begun.length === 0 ? 0 : leftOver().length)).toBe(begun.length)
    }
    const busy = await send('items/-/insert', '{"code": "a"}', { actor: { id: 'blind' } })
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5'])

    for (const controller of open.slice(0, 2)) controller.close()
    await Promise.all(begun.slice(0, 2))
    expect((await send('items/-/insert', '{"code": "a"}', { actor: { id: 'inserter' } })).status).toBe(503)
    expect((await send('items/-/insert', '{"code": "a"}')).status).toBe(201)
    for (const controller of open.slice(2)) controller.close()
    await Promise.all(begun)
  })

  it('a slow client holds no other writer up, and one that goes away writes nothing', async () => {
    const { promise: broken, reject } = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(ENOUGH_FOR_A_FILE)
        controller.enqueue(Buffer.from('{"code": "half"}\n{"co'))
      },
      pull: () => broken,
    })
    const begun = send('items/-/insert', body)
    await expect.poll(() => leftOver().length).toBe(1)
    expect((await send('items/-/insert', '{"code": "other"}')).status).toBe(201)
    reject(new Error('the connection is gone'))
    expect((await begun).status).toBe(400)
    expect(rows('select code from items').flat()).toEqual(['old', 'other'])
    expect(leftOver()).toEqual([])
  })

  it('checks values by the types of their columns', async () => {
    expect(await csv('goods/-/insert', 'id,link\n2,https://site.example\n3,nonsense\n')).toMatchObject(
      refused(400, 'Row 2 (line 3): link: Invalid URL'),
    )
    expect(rows('select count(*) from goods')).toEqual([[1n]])
    expect((await csv('goods/-/insert', 'id,link\n2,https://site.example\n3,""\n')).status).toBe(201)
  })

  it('they can be switched off', async () => {
    const without = await createTestServer({
      databases: { shop: SCHEMA },
      config: { settings: { max_bulk_body_bytes: 0 }, permissions: { 'insert-row': true } },
    })
    const answer = await without.request('/shop/items/-/insert', {
      method: 'POST',
      headers: CSV,
      body: 'code\na',
    })
    expect(answer.status).toBe(415)
    await without.close()
  })
})
