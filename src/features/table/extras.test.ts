import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  pragma foreign_keys = off;
  create table vault (id integer primary key, name text);
  insert into vault values (1, 'gold'), (2, 'silver');
  create table people (id integer primary key, name text);
  insert into people values (1, 'Ada'), (2, 'Bo'), (9223372036854775807, 'Large');
  create table orders (
    id integer primary key, person integer references people(id), secret integer references vault(id),
    at text, tags text, total real, img blob
  );
  insert into orders values
    (1, 1, 1, '2026-01-02 10:00', '["a", "b", "a"]', 1.0, x'00'), (2, 1, 2, '2026-01-02', '["a"]', 2.5, null),
    (3, 2, 1, '2026-01-03', '[]', 1.0, x'00'), (4, 9223372036854775807, null, null, null, null, null),
    (5, 7, null, null, 'not json', null, null);
  create index by_total on orders (total);
  create view recent as select * from orders;
`

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SHOP },
    config: {
      settings: { default_facet_size: 2 },
      databases: {
        shop: {
          tables: { vault: { allow: { id: 'ada' } }, orders: { column_types: { img: 'image' } } },
        },
      },
    },
  })
})
afterAll(() => server.close())

const ada = { actor: { id: 'ada' } }
const get = async (path: string, options = {}) => {
  const response = await server.request(path, options)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const extra = async (names: string, more = '', options = {}) =>
  (await get(`/shop/orders.json?_size=0&_extra=${names}${more}`, options)).body

describe('labels of foreign keys', () => {
  it('stand beside the values, which keep their digits', async () => {
    const text = await (await server.request('/shop/orders.json?_labels=on&_col=person&_shape=arrays')).text()
    expect(text).toContain('[1,{"value":1,"label":"Ada"}]')
    expect(text).toContain('{"value":9223372036854775807,"label":"Large"}')
    // No person has this number.
    expect(text).toContain('[5,7]')
  })

  it('are kept from those who may not see the other table', async () => {
    const path = '/shop/orders.json?_label=secret&_col=secret&_size=1&_shape=arrays'
    expect((await get(path)).body).toMatchObject({ rows: [[1, 1]] })
    expect((await get(path, ada)).body).toMatchObject({ rows: [[1, { value: 1, label: 'gold' }]] })
  })

  it.each([
    ['array', [{ id: 1, person: { value: 1, label: 'Ada' } }]],
    ['arrayfirst', [1]],
    ['object', { '1': { id: 1, person: { value: 1, label: 'Ada' } } }],
  ])('come in the shape %s too', async (shape, wanted) => {
    const { body } = await get(`/shop/orders.json?_labels=on&_col=person&_size=1&_shape=${shape}`)
    expect(body).toEqual(wanted)
  })

  it('come line by line', async () => {
    const path = '/shop/orders.json?_labels=on&_col=person&_size=2&_shape=array&_nl=on'
    expect(await (await server.request(path)).text()).toBe(
      '{"id":1,"person":{"value":1,"label":"Ada"}}\n{"id":2,"person":{"value":1,"label":"Ada"}}',
    )
  })
})

describe('facets', () => {
  const facet = async (parameters: string, options = {}) => {
    const { status, body } = await get(`/shop/orders.json?_size=0&${parameters}`, options)
    return { status, results: (body['facet_results'] as { results: object } | undefined)?.results, body }
  }

  it('count the rows of each value, with labels, and lead to them', async () => {
    const { results } = await facet('_facet=person')
    expect(results).toEqual({
      person: {
        name: 'person',
        type: 'column',
        hideable: true,
        toggle_url: '/shop/orders.json?_size=0',
        results: [
          {
            value: 1,
            label: 'Ada',
            count: 2,
            toggle_url: 'http://localhost:8001/shop/orders.json?_size=0&_facet=person&person=1',
            selected: false,
          },
          expect.objectContaining({ value: 2, label: 'Bo', count: 1 }),
        ],
        truncated: true,
      },
    })
  })

  it('give no label of a table that the reader may not see', async () => {
    expect((await facet('_facet=secret')).results).toMatchObject({
      secret: {
        results: [
          { value: 1, label: 1, count: 2 },
          { value: 2, label: 2 },
        ],
      },
    })
    expect((await facet('_facet=secret', ada)).results).toMatchObject({
      secret: { results: [{ label: 'gold' }, { label: 'silver' }] },
    })
  })

  it('count each item of a list once for a row, and pass over what is no list', async () => {
    expect((await facet('_facet_array=tags')).results).toMatchObject({
      tags: {
        type: 'array',
        results: [
          { value: 'a', count: 2 },
          { value: 'b', count: 1 },
        ],
        truncated: false,
      },
    })
  })

  it('count days', async () => {
    expect((await facet('_facet_date=at')).results).toMatchObject({
      at: {
        type: 'date',
        results: [
          { value: '2026-01-02', count: 2 },
          { value: '2026-01-03', count: 1 },
        ],
      },
    })
  })

  it('count only the rows that meet the filters, whatever page is shown', async () => {
    expect((await facet('_facet=person&id__lt=3&_next=2')).results).toMatchObject({
      person: { results: [{ value: 1, count: 2 }] },
    })
  })

  it('keep floats as floats, in values and in the addresses that lead to them', async () => {
    const response = await server.request('/shop/orders.json?_size=0&_facet=total')
    const text = await response.text()
    expect(text).toContain('"value":1.0,"label":1.0,"count":2')
    expect(text).toContain('&total=1.0"')
  })

  it('take back a value that is chosen', async () => {
    expect((await facet('_facet=person&person=1')).results).toMatchObject({
      person: {
        results: [
          { selected: true, toggle_url: 'http://localhost:8001/shop/orders.json?_size=0&_facet=person' },
        ],
      },
    })
  })

  it.each([
    ['_facet=nope', 'no such column: nope'],
    ['_facet={', '_facet= must be the name of a column, or {"column": name}'],
  ])('refuse %s', async (parameters, message) => {
    const { status, body } = await facet(parameters)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: message })
  })

  it('are suggested for columns of few values, days and lists of texts', async () => {
    expect(await extra('suggested_facets', '&id__lt=4&_facet_size=3')).toMatchObject({
      suggested_facets: [
        { name: 'person' },
        { name: 'secret' },
        { name: 'total' },
        { name: 'at', type: 'date' },
        { name: 'tags', type: 'array' },
      ],
    })
    expect(await extra('suggested_facets')).not.toMatchObject({
      suggested_facets: expect.arrayContaining([expect.objectContaining({ type: 'array' })]),
    })
    expect(await extra('suggested_facets', '&_next=2')).toMatchObject({ suggested_facets: [] })
  })
})

describe('what an address may cost', () => {
  const asks = async (query: string) => (await get(`/shop/orders.json?_size=0&${query}`)).status
  const times = (parameter: string, count: number) => `${parameter}&`.repeat(count)

  it('is 20 facets', async () => {
    expect(await asks(times('_facet=person', 20))).toBe(200)
    expect(await asks(times('_facet=person', 21))).toBe(400)
    expect(await asks(times('_facet=person', 10) + times('_facet_date=at', 11))).toBe(400)
  })

  it('is an address that can be repeated for each value', async () => {
    expect(await asks(`_facet=id&_facet_size=max&_note=${'x'.repeat(5000)}`)).toBe(400)
    expect(await asks(`_facet=id&_note=${'x'.repeat(5000)}`)).toBe(200)
  })

  it('is no suggestion, and no menu in the headings, that repeats a long address', async () => {
    const { body } = await get(`/shop/orders.json?_size=0&_extra=suggested_facets&_note=${'x'.repeat(5000)}`)
    expect(body['suggested_facets']).toEqual([])
    const html = await (await server.request(`/shop/orders?_note=${'x'.repeat(50_000)}`)).text()
    expect(html.length).toBeLessThan(2_000_000)
    expect(html).not.toContain('Options for the column')
  })

  it('is a list of five thousand values', async () => {
    const { body } = await get(`/shop/orders.json?_size=0&_extra=count&id__in=${'1,'.repeat(4_999)}2`)
    expect(body).toMatchObject({ count: 2 })
    expect(await asks(`id__in=${'1,'.repeat(5_000)}2`)).toBe(400)
  })
})

describe('long labels', () => {
  it('are cut, and bytes are none', async () => {
    const long = await createTestServer({
      databases: {
        lab: `create table docs (id integer primary key, body);
          insert into docs values (1, hex(zeroblob(150))), (2, x'00ff'), (3, 7);
          create table refs (id integer primary key, doc integer references docs(id));
          insert into refs values (1, 1), (2, 2), (3, 3);`,
      },
    })
    const response = await long.request('/lab/refs.json?_labels=on&_shape=arrays')
    expect(await response.json()).toMatchObject({
      rows: [
        [1, { value: 1, label: `${'0'.repeat(200)}…` }],
        [2, { value: 2, label: null }],
        [3, { value: 3, label: 7 }],
      ],
    })
    await long.close()
  })
})

describe('?_extra= of a table', () => {
  it('counts, and says so when it does not', async () => {
    expect(await extra('count', '&person=1')).toMatchObject({ count: 2, count_truncated: false })
    expect(await extra('count', '&_nocount=1')).toMatchObject({ count: null })
    expect(await extra('count_sql', '&person=1')).toMatchObject({
      count_sql: 'select count(*) from orders where "person" = :p0 ',
    })
  })

  it('shows the SQL as people would write it, the key behind the order on later pages alone', async () => {
    expect(await extra('query', '&_sort_desc=total&_col=id&total__gt=1')).toMatchObject({
      query: {
        sql: 'select id from orders where "total" > :p0 order by total desc limit 1',
        params: { p0: 1 },
      },
    })
    expect(await extra('query', '&_sort_desc=total&_col=id&_next=2~2E5,2')).toMatchObject({
      query: { sql: expect.stringContaining('order by total desc, id desc limit 1') },
    })
  })

  it('tells nothing of tables that the reader may not see', async () => {
    const asked = 'expandable_columns'
    expect(JSON.stringify(await extra(asked))).not.toContain('vault')
    expect(JSON.stringify(await extra(asked, '', ada))).toContain('vault')
  })

  it('has all parts at once, and lists them', async () => {
    const { extras } = await extra('extras')
    const names = (extras as { name: string }[]).map(({ name }) => name)
    expect(names).toHaveLength(32)
    const everything = await extra(names.join(','), '&_facet=person')
    for (const name of names) expect(everything).toHaveProperty(name)
    const { status } = await get(`/shop/recent.json?_extra=${names.join(',')}`)
    expect(status).toBe(200)
  })

  it('marks what is selected, and leads to the document without it', async () => {
    const { extras } = await extra('extras,count')
    expect(extras).toContainEqual({
      name: 'count',
      description: expect.any(String),
      toggle_url: 'http://localhost:8001/shop/orders.json?_size=0&_extra=extras',
      selected: true,
    })
  })

  it('knows types of columns from the configuration', async () => {
    expect(await extra('column_types')).toMatchObject({
      column_types: { img: { type: 'image', config: null } },
    })
  })

  it.each(['constructor', 'count,nope', '__proto__'])('refuses %s', async (names) => {
    const { status, body } = await get(`/shop/orders.json?_extra=${names}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: `Unknown _extra: ${names.replace('count,', '')}` })
  })
})

describe('?_extra= of a row', () => {
  it('names the tables that refer to it, among those that the reader may see', async () => {
    expect((await get('/shop/people/1.json?_extra=foreign_key_tables')).body).toMatchObject({
      foreign_key_tables: [
        {
          other_table: 'orders',
          column: 'id',
          other_column: 'person',
          count: 2,
          link: '/shop/orders?person=1',
        },
      ],
    })
    const { body } = await get('/shop/vault/1.json?_extra=foreign_key_tables', ada)
    expect(body).toMatchObject({ foreign_key_tables: [{ other_column: 'secret', count: 2 }] })
  })

  it('has all parts at once', async () => {
    const { body } = await get('/shop/orders/1.json?_extra=extras')
    const names = (body['extras'] as { name: string }[]).map(({ name }) => name)
    const everything = await get(`/shop/orders/1.json?_extra=${names.join(',')}`)
    for (const name of names) expect(everything.body).toHaveProperty(name)
  })
})

describe('the page of a table', () => {
  const page = async (parameters: string, options = {}) =>
    (await server.request(`/shop/orders?${parameters}`, options)).text()

  it('says how many rows there are, and which', async () => {
    expect(await page('')).toContain('5 rows.')
    expect(await page('person=1&_sort_desc=total')).toContain(
      '2 rows where person = 1 sorted by total descending',
    )
  })

  it('has a field for each filter, and carries everything else along', async () => {
    const html = await page('person__gt=0&_facet=person&_col=person&_size=2')
    expect(html).toMatch(/name="_filter_column"[^>]*>.*<option value="person" selected="">/s)
    expect(html).toMatch(/name="_filter_op"[^>]*>.*<option value="gt" selected="">/s)
    expect(html).toContain('name="_filter_value" aria-label="Filter 1: value" value="0"')
    expect(html).toContain('name="_filter_column_1"')
    expect(html).toContain('<input type="hidden" name="_facet" value="person"/>')
  })

  it('shows facets and suggests others', async () => {
    const html = await page('_facet=person&person=1')
    expect(html).toContain('aria-label="Remove the facet person"')
    expect(html).toMatch(/aria-current="true"><span class="facet-label"><bdi>Ada<\/bdi>/)
    expect(html).toContain('_facet_date=at')
  })

  it('warns of a filter by a column that is not there', async () => {
    expect(await page('nope__gt=1')).toContain('There is no column nope')
    expect(await page('person__gt=1')).not.toContain('There is no column')
    expect(await page('person__over=1')).toContain('Not a filter: person__over')
    expect(await page('person__gt=1')).not.toContain('Not a filter')
  })

  it('offers what can be done with a column, and not what is done', async () => {
    const html = await page('_sort=total&_facet=at')
    const menu = (column: string) =>
      new RegExp(`Options for the column ${column}".*?</ul>`, 's').exec(html)?.[0] ?? ''
    expect(menu('total')).toContain('Sort descending')
    expect(menu('total')).not.toContain('Sort ascending')
    expect(menu('total')).toContain('Facet by this')
    expect(menu('at')).not.toContain('Facet by this')
    expect(menu('at')).toContain('Show rows that are not blank')
    expect(menu('id')).not.toContain('Hide this column')
  })

  it('shows no label of a table that the reader may not see', async () => {
    expect(await page('')).not.toContain('gold')
    expect(await page('', ada)).toContain('gold')
  })
})
