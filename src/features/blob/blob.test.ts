import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  create table films (id integer primary key, "my img" blob, other blob, note text);
  insert into films values (1, x'3c7363726970743e', zeroblob(20000000), 'caf\u00e9'), (2, null, null, null), (3, x'', null, 5);
  create table shelves (floor text, name text, img blob, primary key (floor, name));
  insert into shelves values ('1.blob', '\u00fc/"', x'01');
  create table log (img blob);
  insert into log values (x'0a');
  create view v as select img from log;
  create table secret (id integer primary key, img blob);
  insert into secret values (1, x'01');
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SHOP },
    config: {
      databases: {
        shop: {
          allow_sql: { id: 'ada' },
          tables: { secret: { allow: { id: 'ada' } } },
          queries: {
            images: "select img, id from (select img, 1 as id from log union all select x'0b0c', 2)",
            mine: { sql: "select x'01' as b", allow: { id: 'ada' } },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const get = (path: string) => server.request(path)
const bytes = async (response: Response) => [...new Uint8Array(await response.arrayBuffer())]
const sha256 = (...values: number[]) => createHash('sha256').update(Uint8Array.from(values)).digest('hex')
const EXPIRED = 'Link has expired - the requested binary content has changed or could not be found.'

describe('GET /:database/:table/:pks.blob', () => {
  it('sends bytes as a file that no browser shows', async () => {
    const response = await get('/shop/films/1.blob?_blob_column=my+img')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/binary',
      'content-disposition': 'attachment; filename="films-1-my img.blob"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'max-age=5',
    })
    expect(await response.text()).toBe('<script>')
  })

  it('sends values that are no bytes too', async () => {
    expect(await (await get('/shop/films/1.blob?_blob_column=note')).text()).toBe('caf\u00e9')
    expect(await (await get('/shop/films/2.blob?_blob_column=my+img')).text()).toBe('')
    expect(await (await get('/shop/films/3.blob?_blob_column=note')).text()).toBe('5')
    expect(await bytes(await get('/shop/log/1.blob?_blob_column=img'))).toEqual([10])
  })

  it('sends bytes beyond what a query may answer with', async () => {
    expect(await bytes(await get('/shop/films/1.blob?_blob_column=other'))).toHaveLength(20_000_000)
  })

  it('takes keys of any form, and names the file after them', async () => {
    const response = await get('/shop/shelves/1~2Eblob,~C3~BC~2F~22.blob?_blob_column=img')
    expect(await bytes(response)).toEqual([1])
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="shelves-1.blob,___-img.blob"; filename*=UTF-8''shelves-1.blob%2C%C3%BC__-img.blob`,
    )
  })

  it.each([
    ['/shop/films/1.blob', 400, '?_blob_column= is required'],
    ['/shop/films/1.blob?_blob_column=nope', 400, 'nope is not a valid column'],
    ['/shop/films/1.blob?_blob_column=rowid', 400, 'rowid is not a valid column'],
    ['/shop/films/1,2.blob?_blob_column=note', 400, 'URL row identifier does not match'],
    ['/shop/films/9.blob?_blob_column=note', 404, 'Row not found'],
    ['/shop/v/1.blob?_blob_column=img', 404, 'Row not found'],
    ['/shop/nope/1.blob?_blob_column=img', 404, 'Table not found'],
  ])('refuses %s', async (path, status, message) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(message)
  })

  it('is for those who may see the table', async () => {
    expect((await get('/shop/secret/1.blob?_blob_column=img')).status).toBe(403)
    expect((await get('/shop/secret/1.blob?_blob_column=nope')).status).toBe(403)
    const response = await server.request('/shop/secret/1.blob?_blob_column=img', { actor: { id: 'ada' } })
    expect(response.headers.get('cache-control')).toBe('private, max-age=5')
    expect(await bytes(response)).toEqual([1])
  })

  it('answers HEAD without the bytes', async () => {
    const head = await server.request('/shop/films/1.blob?_blob_column=note', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

describe('the pages of tables and rows', () => {
  it('lead from bytes to the file', async () => {
    const link = '<a href="/shop/films/1.blob?_blob_column=my+img">&lt;Binary: 8 bytes&gt;</a>'
    expect(await (await get('/shop/films/1')).text()).toContain(link)
    expect(await (await get('/shop/films?_nocol=other')).text()).toContain(link)
  })

  it('lead nowhere from bytes in rows that have no address', async () => {
    const page = await (await get('/shop/v')).text()
    expect(page).toContain('&lt;Binary: 1 bytes&gt;')
    expect(page).not.toContain('.blob')
  })
})

describe('GET /:database/:query.blob and /:database/-/query.blob', () => {
  it('find bytes by their hash', async () => {
    const response = await get(`/shop/images.blob?_blob_column=img&_blob_hash=${sha256(11, 12)}`)
    expect(await bytes(response)).toEqual([11, 12])
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="images-img-${sha256(11, 12).slice(0, 6)}.blob"`,
    )
  })

  it('send the first bytes without one', async () => {
    expect(await bytes(await get('/shop/images.blob?_blob_column=img'))).toEqual([10])
  })

  it.each([
    ['', '?_blob_column= is required'],
    ['_blob_column=nope', 'nope is not a valid column'],
    ['_blob_column=id', EXPIRED],
    [`_blob_column=img&_blob_hash=${sha256(1)}`, EXPIRED],
    ['_blob_column=img&_blob_hash=', EXPIRED],
  ])('refuse ?%s', async (query, message) => {
    const response = await get(`/shop/images.blob?${query}`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(message)
  })

  it('are for those who may run the query', async () => {
    const path = `/shop/-/query.blob?sql=${encodeURIComponent("select x'01' as b")}&_blob_column=b`
    expect((await get(path)).status).toBe(403)
    expect(await bytes(await server.request(path, { actor: { id: 'ada' } }))).toEqual([1])
    expect((await get('/shop/mine.blob?_blob_column=b')).status).toBe(403)
    const wrong = await server.request('/shop/-/query.blob?sql=drop+table+log&_blob_column=b', {
      actor: { id: 'ada' },
    })
    expect(wrong.status).toBe(400)
  })
})
