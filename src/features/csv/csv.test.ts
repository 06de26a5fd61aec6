import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  pragma foreign_keys = off;
  create table people (id integer primary key, name text, score real);
  insert into people values (1, 'Ada', 1.0), (2, 'Bo, "B"', null), (3, null, 2.5);
  create table exact (n integer, f real, t text);
  insert into exact values (9223372036854775807, 10.0, '007'), (-9007199254740993, 1e300, 'a
b');
  create table "odd, ""name""/x.csv" ("a,b" text primary key, "say ""x""" text, "two
lines" text, "\u00fc" blob);
  insert into "odd, ""name""/x.csv" values ('k/1.csv', 'x', 'y', x'00');
  create table photos (album text, n integer, image blob, primary key (album, n));
  insert into photos values ('a,b/c', 1, x'010203'), ('plain', 2, null), ('empty', 3, x'');
  create table keyless (image blob);
  insert into keyless values (x'ff');
  create table unnamed (id text primary key, image blob);
  insert into unnamed values (null, x'01'), (x'02', x'03');
  create view seen as select image from photos order by n;
  create table one (v text);
  insert into one values (null), (''), ('x');
  create table makers (id integer primary key, name text);
  insert into makers values (1, 'Acorn, Ltd');
  create table secret (id integer primary key, name text);
  insert into secret values (1, 'hidden name');
  create table goods (id integer primary key, maker integer references makers(id), kept integer references secret(id));
  insert into goods values (1, 1, 1), (2, null, null), (3, 99, 1);
  create table large (id integer primary key, t text);
  with recursive n(i) as (select 1 union all select i + 1 from n where i < 25000) insert into large select i, printf('row %d', i) from n;
  create table wide (id integer primary key, t text);
  insert into wide values (1, 'small'), (2, printf('%.3000000c', 'x')), (3, 'small');
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SHOP },
    config: {
      databases: {
        shop: {
          tables: { secret: { allow: { id: 'ada' } } },
          queries: {
            top: 'select name from people where id <= :most order by id',
            'odd name': 'select 1 as a',
            mine: { sql: 'select 1 as a', allow: { id: 'ada' } },
            careful: { sql: 'select 1 as a', is_trusted: false },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const get = (path: string) => server.request(path)
const csv = async (path: string) => (await get(path)).text()

describe('GET /:database/:table.csv', () => {
  it('sends the rows of the page that the JSON of the same address has', async () => {
    const response = await get('/shop/people.csv')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('max-age=5')
    expect(response.headers.get('content-disposition')).toBeNull()
    expect(await response.text()).toBe('id,name,score\r\n1,Ada,1.0\r\n2,"Bo, ""B""",\r\n3,,2.5\r\n')
  })

  it('filters, sorts, chooses and pages as JSON does', async () => {
    const response = await get('/shop/people.csv?_size=1&_sort_desc=id&id__lt=3&_col=name')
    const next = 'http://localhost:8001/shop/people.csv?_size=1&id__lt=3&_col=name&_next=2%2C2&_sort_desc=id'
    expect(response.headers.get('link')).toBe(`<${next}>; rel="next"`)
    expect(await response.text()).toBe('id,name\r\n2,"Bo, ""B"""\r\n')
    const last = await get(next.replace('http://localhost:8001', ''))
    expect(last.headers.get('link')).toBeNull()
    expect(await last.text()).toBe('id,name\r\n1,Ada\r\n')
  })

  it('keeps every digit, and shows the row number of a table without a key', async () => {
    expect(await csv('/shop/exact.csv')).toBe(
      'rowid,n,f,t\r\n1,9223372036854775807,10.0,007\r\n2,-9007199254740993,1e+300,"a\nb"\r\n',
    )
  })

  it('quotes names of columns, and takes odd names of tables', async () => {
    const response = await get('/shop/odd~2C+~22name~22~2Fx~2Ecsv.csv?_dl=1')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="odd, _name__x.csv.csv"')
    const address =
      'http://localhost:8001/shop/odd~2C+~22name~22~2Fx~2Ecsv/k~2F1~2Ecsv.blob?_blob_column=%C3%BC'
    expect(await response.text()).toBe(`"a,b","say ""x""","two\nlines",\u00fc\r\nk/1.csv,x,y,${address}\r\n`)
    expect(
      new Uint8Array(await (await get(address.replace('http://localhost:8001', ''))).arrayBuffer()),
    ).toEqual(new Uint8Array([0]))
  })

  it('leaves the header off, and makes a file', async () => {
    const response = await get('/shop/people.csv?_header=off&_dl=on&_size=1')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="people.csv"')
    expect(await response.text()).toBe('1,Ada,1.0\r\n')
  })

  it('has no empty lines', async () => {
    expect(await csv('/shop/one.csv?_size=0')).toBe('rowid,v\r\n')
    const values = encodeURIComponent('select v from one order by rowid')
    expect(await csv(`/shop/-/query.csv?sql=${values}`)).toBe('v\r\n""\r\n""\r\nx\r\n')
  })

  it('puts addresses in place of bytes, which lead to them', async () => {
    const text = await csv('/shop/photos.csv?_sort=n')
    const base = 'http://localhost:8001/shop/photos'
    expect(text).toBe(
      `album,n,image\r\n"a,b/c",1,"${base}/a~2Cb~2Fc,1.blob?_blob_column=image"\r\nplain,2,\r\nempty,3,"${base}/empty,3.blob?_blob_column=image"\r\n`,
    )
    const bytes = await get('/shop/photos/a~2Cb~2Fc,1.blob?_blob_column=image')
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('tells the size of bytes in rows that have no address', async () => {
    expect(await csv('/shop/seen.csv')).toBe('image\r\n<Binary: 3 bytes>\r\n""\r\n<Binary: 0 bytes>\r\n')
    expect(await csv('/shop/keyless.csv')).toBe(
      'rowid,image\r\n1,http://localhost:8001/shop/keyless/1.blob?_blob_column=image\r\n',
    )
    expect(await csv('/shop/unnamed.csv')).toContain(',<Binary: 1 bytes>\r\n')
  })

  it('adds a column of labels behind each that has them, but not of tables that may not be seen', async () => {
    expect(await csv('/shop/goods.csv?_labels=on')).toBe(
      'id,maker,maker_label,kept\r\n1,1,"Acorn, Ltd",1\r\n2,,,\r\n3,99,,1\r\n',
    )
    const forAda = await server.request('/shop/goods.csv?_labels=on&_stream=1', { actor: { id: 'ada' } })
    expect(await forAda.text()).toContain('1,1,"Acorn, Ltd",1,hidden name\r\n')
  })

  it.each([
    ['/shop/people.csv?_stream=1&_next=1', 400],
    ['/shop/people.csv?_size=x', 400],
    ['/shop/people.csv?_sort=nope', 400],
    ['/shop/people.csv?_where=nope', 400],
    ['/shop/people.csv?_stream=1&_where=nope', 400],
    ['/shop/nope.csv', 404],
    ['/nope/people.csv', 404],
    ['/shop/secret.csv', 403],
    ['/shop/secret.csv?_stream=1', 403],
    ['/shop/secret/1.csv', 403],
    ['/shop/people/9.csv', 404],
    ['/shop/people/1,2.csv', 400],
    ['/shop/seen/1.csv', 404],
    ['/shop/-/query.csv', 400],
    ['/shop/-/query.csv?sql=delete+from+people', 400],
    ['/shop/-/query.csv?sql=select+*+from+nope', 400],
    ['/shop/mine.csv', 403],
  ])('refuses %s before it begins', async (path, status) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('answers HEAD as GET, without a body', async () => {
    const head = await server.request('/shop/large.csv?_stream=1&_dl=1', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(await head.text()).toBe('')
    expect((await server.request('/shop/nope.csv', { method: 'HEAD' })).status).toBe(404)
  })
})

describe('?_stream=1', () => {
  it('sends every row, in the order that was asked for, and names no next page', async () => {
    const response = await get('/shop/large.csv?_stream=1&_sort_desc=id&_size=5')
    expect(response.headers.get('link')).toBeNull()
    const lines = (await response.text()).split('\r\n')
    expect(lines).toHaveLength(25_002)
    expect(lines.slice(0, 2)).toEqual(['id,t', '25000,row 25000'])
    expect(lines.slice(-2)).toEqual(['1,row 1', ''])
    expect(new Set(lines).size).toBe(25_002)
  })

  it('sends every row of a view, and of a filter', async () => {
    expect((await csv('/shop/large.csv?_stream=on&id__gt=24990&_header=off')).split('\r\n')).toHaveLength(11)
    expect((await csv('/shop/seen.csv?_stream=yes')).split('\r\n')).toHaveLength(5)
  })

  it('sends a row that is larger than a page, and those behind it', async () => {
    const lines = (await csv('/shop/wide.csv?_stream=1')).split('\r\n')
    expect(lines.map((line) => line.length)).toEqual([4, 7, 3_000_002, 7, 0])
  })

  it('reads rows when they are asked for, and not before', async () => {
    const reader = (await get('/shop/large.csv?_stream=1')).body?.getReader()
    await reader?.read()
    const file = new DatabaseSync(server.files['shop'] ?? '')
    file.exec('begin; delete from large where id > 20000')
    file.exec('commit')
    let text = ''
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
      text += Buffer.from(step.value).toString()
    }
    expect(text).toContain('\r\n20000,row 20000\r\n')
    expect(text).not.toContain('row 20001')
    file.exec(
      "with recursive n(i) as (select 20001 union all select i + 1 from n where i < 25000) insert into large select i, printf('row %d', i) from n",
    )
    file.close()
  })

  it('writes at its end what went wrong on the way', async () => {
    const reader = (await get('/shop/large.csv?_stream=1')).body?.getReader()
    await reader?.read()
    const file = new DatabaseSync(server.files['shop'] ?? '')
    file.exec('alter table large rename to larger')
    let text = ''
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
      text += Buffer.from(step.value).toString()
    }
    file.exec('alter table larger rename to large')
    file.close()
    expect(text).toMatch(/\r\n10000,row 10000\r\nno such table: (?:main\.)?large$/)
  })

  it('does no more for a client that has gone', async () => {
    const reader = (await get('/shop/large.csv?_stream=1')).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(await reader?.read()).toEqual({ done: true, value: undefined })
    expect(await csv('/shop/people.csv?_size=1')).toContain('Ada')
  })
})

describe('GET /:database/-/query.csv and stored queries', () => {
  it('send their rows, with columns of the same name', async () => {
    expect(await csv('/shop/-/query.csv?sql=select+1+as+a,+2.0+as+a,+:x+as+b&x=y')).toBe(
      'a,a,b\r\n1,2.0,y\r\n',
    )
    const response = await get('/shop/top.csv?most=1&_dl=1')
    expect(await response.text()).toBe('name\r\nAda\r\n')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="top.csv"')
    expect(await csv('/shop/odd+name.csv')).toBe('a\r\n1\r\n')
    const query = await get('/shop/-/query.csv?sql=select+1&_dl=1')
    expect(query.headers.get('content-disposition')).toBe('attachment; filename="shop.csv"')
  })

  it('put addresses in place of bytes, which lead to the same bytes', async () => {
    const sql = encodeURIComponent("select 'a' as x, x'01' as b union all select 'b', x'0203'")
    const [, , second = ''] = (await csv(`/shop/-/query.csv?sql=${sql}&_header=on&_dl=1`)).split('\r\n')
    const address = second.slice(2).replaceAll('"', '')
    expect(address).toMatch(
      /^http:\/\/localhost:8001\/shop\/-\/query\.blob\?sql=.*&_blob_column=b&_blob_hash=[0-9a-f]{64}$/,
    )
    expect(address).not.toContain('_dl')
    const bytes = await get(address.replace('http://localhost:8001', ''))
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([2, 3]))
  })

  it('are for those who may run them', async () => {
    expect((await server.request('/shop/mine.csv', { actor: { id: 'ada' } })).status).toBe(200)
  })
})

describe('GET /:database/:table/:pks.csv', () => {
  it('sends one row', async () => {
    expect(await csv('/shop/people/2.csv')).toBe('id,name,score\r\n2,"Bo, ""B""",\r\n')
    expect(await csv('/shop/photos/a~2Cb~2Fc,1.csv?_header=off')).toBe(
      '"a,b/c",1,"http://localhost:8001/shop/photos/a~2Cb~2Fc,1.blob?_blob_column=image"\r\n',
    )
  })
})

describe('the settings of CSV', () => {
  const withSettings = async (settings: object, path: string) => {
    const other = await createTestServer({ databases: { shop: SHOP }, config: { settings } })
    try {
      const response = await other.request(path)
      return { status: response.status, text: await response.text() }
    } finally {
      await other.close()
    }
  }

  it('switch streams off', async () => {
    const off = { allow_csv_stream: false }
    const refused = await withSettings(off, '/shop/people.csv?_stream=1')
    expect(refused).toMatchObject({
      status: 400,
      text: expect.stringContaining('CSV streaming is disabled') as string,
    })
    expect(await withSettings(off, '/shop/people.csv?_stream=')).toMatchObject({ status: 200 })
  })

  it('end an answer that grows too large, and say so at its end', async () => {
    const { status, text } = await withSettings({ max_csv_mb: 1 }, '/shop/wide.csv?_stream=1')
    expect(status).toBe(200)
    expect(text).toBe('id,t\r\n1,small\r\nCSV contains more than 1048576 bytes')
    expect((await withSettings({ max_csv_mb: 0 }, '/shop/wide.csv?_stream=1')).text).toMatch(/small\r\n$/)
  })

  it('read fewer rows at a time where there is no time for many', async () => {
    const count =
      'with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000) select count(*) from n'
    const where = new URLSearchParams({ _where: `(${count}) + large.id > 0`, id__lte: '3000' })
    const { text } = await withSettings(
      { sql_time_limit_ms: 200 },
      `/shop/large.csv?_stream=1&${where.toString()}`,
    )
    expect(text.split('\r\n').slice(-2)).toEqual(['3000,row 3000', ''])
  })

  it('put the base URL before addresses', async () => {
    const { text } = await withSettings({ base_url: '/pfx/' }, '/pfx/shop/keyless.csv')
    expect(text).toContain('http://localhost:8001/pfx/shop/keyless/1.blob?')
  })
})
