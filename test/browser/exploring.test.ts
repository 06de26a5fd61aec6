import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { tabTo } from '../support/keyboard.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

const LIBRARY = `
  create table shelves (code text primary key, label text);
  insert into shelves values ('FIC', 'Fiction'), ('SCI', 'Science'), ('HIS', 'History');
  create table authors (id integer primary key, name text);
  insert into authors values (1, 'Ines Okafor'), (2, 'Mei Lindqvist'), (3, 'Nuala O''Hare');
  create table books (
    id integer primary key, title text, author integer references authors(id), shelf text references shelves(code),
    year integer, tags text, note text
  );
  with recursive n(i) as (select 1 union all select i + 1 from n where i < 250)
  insert into books select i, 'Book ' || i, i % 3 + 1, case i % 5 when 0 then 'SCI' when 1 then 'HIS' else 'FIC' end,
    1950 + i % 70, json_array('sea', 'tag' || (i % 4)), iif(i % 9 = 0, 'water damage', null) from n;
  create virtual table books_fts using fts5(title, note, content="books");
  insert into books_fts (rowid, title, note) select id, title, note from books;
  create table empty (id integer primary key);
`

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>

beforeAll(async () => {
  const site = makeSite('library', LIBRARY, {
    databases: { library: { tables: { books: { facets: ['shelf'] } } } },
  })
  ;({ server, browser, close } = await startBrowsing(site))
})
afterAll(() => close())

const addressOf = (page: Page) => page.url().slice(server.url.length)

/** What stands in a column of the rows. */
const cells = (page: Page, place: number) =>
  page.locator(`.data-table tbody tr > :nth-child(${place})`).allInnerTexts()

describe.each([
  ['a desktop without scripts', false, 1280],
  ['a phone without scripts', false, 360],
  ['a desktop with scripts', true, 1280],
])('somebody who explores a table on %s', (_what, javaScriptEnabled, width) => {
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 800 } })
    page = await context.newPage()
  })
  afterAll(() => context.close())

  it('filters and sorts, and is led to a plain address', async () => {
    await page.goto(`${server.url}/library/books`)
    await page.getByText('Filter and sort').click()
    await page.getByLabel('New filter: column').selectOption('year')
    await page.getByLabel('New filter: comparison').selectOption('gte')
    await page.getByLabel('New filter: value').fill('2010')
    await page.getByLabel('Sort by').selectOption('title')
    await page.getByLabel('descending').check()
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(addressOf(page)).toBe('/library/books?year__gte=2010&_sort_desc=title')
    expect(await page.locator('main').innerText()).toContain('where year ≥ 2010 sorted by title descending')
    expect((await cells(page, 5)).every((year) => Number(year) >= 2010)).toBe(true)
  })

  it('takes a filter away again', async () => {
    await page.getByLabel('Filter 1: column').selectOption('')
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(addressOf(page)).toBe('/library/books?_sort_desc=title')
  })

  it('searches', async () => {
    await page.getByRole('searchbox').fill('water damage')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('main').innerText()).toContain('27 rows where search matches "water damage"')
  })

  it('narrows the rows by a facet, and by another that is suggested', async () => {
    await page.goto(`${server.url}/library/books`)
    await page.locator('.facet').getByRole('link', { name: /SCI/ }).click()
    expect(addressOf(page)).toBe('/library/books?shelf=SCI')
    await page.locator('.suggestions').getByRole('link', { name: 'author' }).click()
    await page
      .locator('.facet')
      .getByRole('link', { name: /Mei Lindqvist/ })
      .click()
    expect(addressOf(page)).toBe('/library/books?shelf=SCI&_facet=author&author=2')
    await page.getByRole('link', { name: 'Remove the facet author' }).click()
    expect(addressOf(page)).toBe('/library/books?shelf=SCI&author=2')
  })

  it('chooses columns', async () => {
    await page.goto(`${server.url}/library/empty`)
    expect(await page.locator('main').innerText()).toContain('No rows here')
    await page.goto(`${server.url}/library/books?_size=5`)
    await page.getByText('Choose columns').click()
    await page.getByLabel('tags', { exact: true }).uncheck()
    await page.getByRole('button', { name: 'Show these columns' }).click()
    expect(await page.locator('.data-table thead').innerText()).not.toContain('tags')
    expect((await cells(page, 1)).length).toBe(5)
  })

  it('opens the menu of a column by keyboard', async () => {
    await page.goto(`${server.url}/library/books`)
    const button = page.getByRole('button', { name: 'Options for the column year' })
    await button.focus()
    await page.keyboard.press('Enter')
    const item = page.getByRole('link', { name: 'Sort descending' })
    await item.waitFor({ state: 'visible' })
    await page.keyboard.press('Escape')
    await item.waitFor({ state: 'hidden' })
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/_sort/u)
    expect(addressOf(page)).toBe('/library/books?_sort_desc=year')
  })

  it('follows a foreign key by its label, and the rows that refer to where it leads', async () => {
    await page.goto(`${server.url}/library/books?_size=1`)
    await page.getByRole('link', { name: 'Mei Lindqvist' }).click()
    expect(addressOf(page)).toBe('/library/authors/2')
    await page.getByRole('link', { name: '84 rows of books, by author' }).click()
    expect(addressOf(page)).toBe('/library/books?author=2')
  })

  it('never has to scroll the page sideways', async () => {
    const pageWidth = await page.locator('html').evaluate((element) => element.scrollWidth)
    expect(pageWidth).toBeLessThanOrEqual(width)
  })
})

describe('the pages of the data', () => {
  it.each([
    ['the table', '/library/books?_facet=author&_facet_array=tags&year__gt=1960', 'table'],
    ['a row', '/library/authors/2', 'row'],
    ['no rows', '/library/books?title=nothing', 'no-rows'],
    ['a refusal', '/library/books?_sort=nope', 'refused'],
    ['the database', '/library', 'database'],
    ['the home page', '/', 'home'],
  ])('%s has no serious fault', async (_what, path, name) => {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(server.url + path)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, `explore-${name}`)
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([])
    await page.close()
  })

  it('can be walked through with the keyboard alone', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/library/books`)
    await tabTo(page, 'input[type=search]')
    await page.keyboard.type('water')
    await page.keyboard.press('Enter')
    await page.waitForURL(/_search=water/u)
    await page.close()
  })
})
