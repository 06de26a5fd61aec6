import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../src/testing.ts'

/** Requests that are small to send and could be large to answer, or reach further than their permission. */

let server: TestServer
beforeEach(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table owners (id integer primary key, name text);
             create table pets (id integer primary key, owner integer references owners(id) on delete cascade);
             insert into owners values (1, 'a'); insert into pets values (1, 1);
             create table named (id integer primary key, "${'n'.repeat(400_000)}" text);
             create table items (id integer primary key); create table salaries (pay integer);
             insert into salaries values (99);
             create trigger t after insert on items begin update salaries set pay = 0; end`,
    },
    config: {
      permissions: Object.fromEntries(
        ['create-table', 'insert-row', 'alter-table', 'drop-table'].map((action) => [action, { id: 'ann' }]),
      ),
      databases: {
        shop: {
          tables: { salaries: { allow: { id: 'boss' } }, audit: { permissions: { 'insert-row': false } } },
          queries: { q1: { sql: 'select 1', allow: { id: 'boss' } } },
        },
      },
    },
  })
})
afterEach(() => server.close())

const post = async (path: string, json: unknown) => {
  const answer = await server.request(path, { json, actor: { id: 'ann' } })
  return [answer.status, (await answer.json()) as { error?: string }] as const
}

it('makes no table of rows that each have a column of their own', async () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => ({ [`c${n}`]: 1 }))
  const [status, { error }] = await post('/shop/-/create', { table: 'w', rows })
  expect([status, error]).toEqual([400, expect.stringContaining('Too many columns')])
})

it('makes no table of more columns than a table can have, and counts them in one pass', async () => {
  const columns = Array.from({ length: 60_000 }, (_, n) => ({ name: `c${n}`, type: 'text' }))
  const [status, { error }] = await post('/shop/-/create', { table: 'w', columns })
  expect([status, error]).toEqual([400, expect.stringContaining('Too many columns')])
})

it('writes no hundred rows of a table whose names are longer than all that is sent', async () => {
  const rows = Array.from({ length: 100 }, () => ({}))
  for (const body of [
    { rows, return: true },
    { rows: rows.map((_row, id) => ({ id })), return: true },
  ]) {
    expect(await post('/shop/named/-/insert', body)).toEqual([
      400,
      expect.objectContaining({ error: expect.stringContaining('Send fewer rows at once') as string }),
    ])
  }
  expect(await post('/shop/named/-/insert', { row: {}, return: true })).toMatchObject([201, { ok: true }])
})

it('gives no table or column a name that every row of an answer would repeat at length', async () => {
  const long = 'c'.repeat(1001)
  const refusal = (words: string) => [400, { error: expect.stringContaining(words) as string }]
  const columns = [{ name: long, type: 'text' }]
  const tooLong = refusal('Column name is too long, maximum allowed is 1000 characters')
  expect(await post('/shop/-/create', { table: 'w', columns })).toMatchObject(tooLong)
  expect(await post('/shop/-/create', { table: 'w', row: { [long]: 1 } })).toMatchObject(tooLong)
  expect(await post('/shop/-/create', { table: 'w', row: { a: 1 }, pk: long })).toMatchObject(tooLong)
  expect(await post('/shop/owners/-/insert', { row: { [long]: 1 }, alter: true })).toMatchObject(tooLong)
  expect(await post('/shop/-/create', { table: long, row: { a: 1 } })).toMatchObject(
    refusal('Table name is too long, maximum allowed is 1000 characters'),
  )
  for (const operation of [
    { op: 'add_column', args: { name: long } },
    { op: 'rename_column', args: { name: 'name', to: long } },
    { op: 'rename_table', args: { to: long } },
  ]) {
    expect(await post('/shop/owners/-/alter', { operations: [operation] })).toMatchObject(
      refusal('String should have at most 1000 characters'),
    )
  }
  const short = 'c'.repeat(1000)
  expect((await post('/shop/-/create', { table: 'w', columns: [{ name: short, type: 'text' }] }))[0]).toBe(
    201,
  )
})

it('drops no table that takes rows of others with it, unless those may be deleted', async () => {
  expect(await post('/shop/owners/-/drop', { confirm: true })).toMatchObject([
    403,
    { error: 'Permission denied: need delete-row on shop/pets' },
  ])
  expect((await post('/shop/pets/-/drop', { confirm: true }))[0]).toBe(200)
  expect((await post('/shop/owners/-/drop', { confirm: true }))[0]).toBe(200)
})

it('does not count the rows of a table for whoever may not read it', async () => {
  expect(await post('/shop/salaries/-/drop', {})).toMatchObject([200, { row_count: null }])
})

it('renames no table into one whose rules would not let the rows in, or into a stored query', async () => {
  expect((await post('/shop/-/create', { table: 'tmp', rows: [{ a: 1 }] }))[0]).toBe(201)
  const rename = (to: string) =>
    post('/shop/tmp/-/alter', { operations: [{ op: 'rename_table', args: { to } }] })
  expect((await rename('audit'))[0]).toBe(403)
  expect(await rename('q1')).toMatchObject([400, { error: 'There is a stored query called q1' }])
  expect((await post('/shop/-/create', { table: 'q1', rows: [{ a: 1 }] }))[0]).toBe(400)
})

it('shows no trigger to those who may not see every table that it could name', async () => {
  const schema = async (id: string) => (await server.request('/shop/-/schema.json', { actor: { id } })).text()
  expect(await schema('ann')).not.toMatch(/salaries/u)
  expect(await schema('boss')).toMatch(/TRIGGER t/u)
})

it.each(["'", '"', '`', '['])(
  'takes no condition with an open %s that another condition closes',
  async (quote) => {
    const closing = quote === '[' ? ']' : quote
    for (const conditions of [
      [`0 or ${quote}`, `${closing}) union select pay from salaries --`],
      [`0 or ${quote}x`],
    ]) {
      const query = new URLSearchParams(
        conditions.map((condition): [string, string] => ['_where', condition]),
      )
      const answer = await server.request(`/shop/items.json?${query.toString()}`)
      expect(answer.status).toBe(400)
      expect(await answer.text()).not.toContain('99')
    }
  },
)
