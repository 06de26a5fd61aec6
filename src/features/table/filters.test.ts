import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  create table books (
    id integer primary key, title text, year integer, loose, tags text, value text, added text, _note text, a__b text
  );
  insert into books values
    (1, 'Salt', 1990, '5', '["sea", "war"]', 'x', '2020-01-02 10:00', 'n', 'p'),
    (2, 'Tide', 2000, 5, '[]', '', '2020-01-02', null, 'q'),
    (3, 'Salt Tide', null, 10, '["sea"]', null, null, 'n', 'p'),
    (4, '100%', 2010, 'z', '[1]', 'x', '2021-05-05', 'm', null);
  create table plain (what text);
  insert into plain values ('a'), ('b');
  create view old as select title, year from books where year < 2005;
`

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({ databases: { shop: SHOP } })
})
afterAll(() => server.close())

const get = (path: string) => server.request(path)
const ids = async (query: string): Promise<unknown> =>
  (await get(`/shop/books.json?_shape=arrayfirst&${query}`)).json()

describe('column filters of a table', () => {
  it.each([
    ['title=Salt', [1]],
    ['title__exact=Salt', [1]],
    ['title__not=Salt', [2, 3, 4]],
    ['year__not=2000', [1, 4]],
    ['title__contains=TIDE', [2, 3]],
    ['title__notcontains=tide', [1, 4]],
    ['title__startswith=Salt', [1, 3]],
    ['title__endswith=Tide', [2, 3]],
    ['title__contains=0%25', [4]],
    ['year__gt=1990', [2, 4]],
    ['year__gte=1990', [1, 2, 4]],
    ['year__lt=2000', [1]],
    ['year__lte=2000', [1, 2]],
    ['loose__gt=4', [1, 2, 3, 4]],
    ['loose__lt=7', [2]],
    ['title__like=S%25t', [1]],
    ['title__notlike=S%25', [2, 4]],
    ['title__glob=*[T]ide', [2, 3]],
    ['id__in=1,+3,9', [1, 3]],
    ['id__in=[1,3]', [1, 3]],
    ['id__in=[9007199254740993,1]', [1]],
    ['title__in=["Salt","100%25"]', [1, 4]],
    ['loose__in=[5]', [2]],
    ['title__notin=Salt,Tide', [3, 4]],
    ['id__in=', []],
    ['tags__arraycontains=sea', [1, 3]],
    ['tags__arraynotcontains=sea', [2, 4]],
    ['added__date=2020-01-02', [1, 2]],
    ['year__isnull=1', [3]],
    ['year__notnull', [1, 2, 4]],
    ['value__isblank=1', [2, 3]],
    ['value__notblank=1', [1, 4]],
    ['_note__exact=n', [1, 3]],
    ['a__b__exact=p', [1, 3]],
    ['title=', []],
    ['title=Salt&title=Tide', []],
    ['year__gte=1990&year__lt=2010&title__contains=t', [1, 2]],
  ])('%s', async (query, wanted) => {
    expect(await ids(query)).toEqual(wanted)
  })

  it('does as Datasette with what it does not know', async () => {
    expect(await ids('title__nosuch=1')).toEqual([1, 2, 3, 4])
    expect(await ids('_note=n')).toEqual([1, 2, 3, 4])
    expect(await ids('nope=1')).toEqual([])
    expect(await ids('nope__gt=1')).toEqual([1, 2, 3, 4])
  })

  it.each([
    ['id__in=[1', '__in= must be a list of values with commas, or a JSON array'],
    ['id__in=[[1]]', '__in= must be a list of values with commas, or a JSON array'],
    ['nope__in=1', 'no such column: nope'],
    ['title__arraycontains=x', 'malformed JSON'],
  ])('refuses %s', async (query, message) => {
    const response = await get(`/shop/books.json?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ ok: false, error: message, errors: [message], status: 400 })
  })

  it('takes names and values as they are, whatever they hold', async () => {
    const name = '"; drop table books; --'
    const query = new URLSearchParams({ [name]: `' or 1=1`, [`${name}__in`]: 'x' }).toString()
    expect((await get(`/shop/books.json?${query}`)).status).toBe(400)
    expect(await ids(new URLSearchParams({ title: `' or ''='` }).toString())).toEqual([])
    expect(await ids('id=1')).toEqual([1])
  })

  it('filters rows without a key by their row number, and views', async () => {
    expect(await (await get('/shop/plain.json?rowid=2&_shape=arrays')).json()).toMatchObject({
      rows: [[2, 'b']],
    })
    expect(await (await get('/shop/old.json?year__gt=1995&_shape=arrays')).json()).toMatchObject({
      rows: [['Tide', 2000]],
    })
  })

  it('keeps its filters through the pages', async () => {
    const first = await (await get('/shop/books.json?_size=1&title__contains=t&_sort_desc=title')).json()
    expect(first).toMatchObject({
      rows: [{ id: 2 }],
      next_url:
        'http://localhost:8001/shop/books.json?_size=1&title__contains=t&_next=Tide%2C2&_sort_desc=title',
    })
  })
})

describe('a form of the page', () => {
  const location = async (query: string) => {
    const response = await get(`/shop/books?${query}`)
    return { status: response.status, location: response.headers.get('location') }
  }

  it.each([
    ['_filter_column=year&_filter_op=gt&_filter_value=1990', '?year__gt=1990'],
    ['_filter_column=&_filter_op=exact&_filter_value=x&_sort=id', '?_sort=id'],
    ['_filter_column=year&_filter_op=isnull__1&_filter_value=', '?year__isnull=1'],
    ['_filter_column=year&_filter_op=isnull&_filter_value=', '?year__isnull=1'],
    ['_filter_column_1=id&_filter_op_1=in&_filter_value_1=1,2&title=x', '?title=x&id__in=1%2C2'],
    ['_filter_column=_note&_filter_op=exact&_filter_value=n', '?_note__exact=n'],
    ['_sort=year&_sort_by_desc=on', '?_sort_desc=year'],
  ])('%s leads to the address that it means', async (query, wanted) => {
    expect(await location(query)).toEqual({ status: 302, location: `/shop/books${wanted}` })
  })

  it('stays at this table whatever the fields say', async () => {
    const found = await location('_filter_column=//evil.example&_filter_op=exact&_filter_value=x')
    expect(found.location).toBe('/shop/books?%2F%2Fevil.example__exact=x')
  })
})
