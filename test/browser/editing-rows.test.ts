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
  insert into authors with n(i) as (select 1 union all select i + 1 from n limit 200) select i, 'Author ' || i from n;
  create table books (
    id integer primary key, title text not null unique, author integer references authors(id),
    shelf text references shelves(code), year integer, price real, note text, added text default current_timestamp,
    cover blob, meta text
  );
  insert into books (id, title, author, shelf, year, price, note, cover, meta) values
    (1, 'Tides', 42, 'SCI', 1999, 1.0, 'First line' || char(10) || 'second line', x'0102', '{"pages": 12}'),
    (2, 'Harbour', 7, 'FIC', null, 12.5, null, null, null);
  create table loans (id integer primary key, book integer references books(id) on delete cascade, who text);
  create table visits (id integer primary key, at datetime, paid boolean not null);
  insert into loans values (1, 1, 'Ann'), (2, 1, 'Bo');
`

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>

beforeAll(async () => {
  const site = makeSite('library', LIBRARY, {
    databases: {
      library: {
        tables: {
          books: { label_column: 'title', column_types: { meta: 'json' } },
          shelves: { label_column: 'label' },
        },
      },
    },
  })
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
})
afterAll(() => close())

/** The cookies of the one person who is signed in: their link works once. */
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>> | undefined

const open = async (javaScriptEnabled: boolean, width: number) => {
  const context = await browser.newContext({
    javaScriptEnabled,
    viewport: { width, height: 800 },
    ...(signedIn !== undefined && { storageState: signedIn }),
  })
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  if (signedIn === undefined) {
    await page.goto(server.rootLink ?? '')
    signedIn = await context.storageState()
  }
  return { context, page }
}

const addressOf = (page: Page) => page.url().slice(server.url.length)
const mainText = (page: Page) => page.locator('main').innerText()
const isWithin = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')

describe.each([
  ['a desktop without scripts', false, 1280],
  ['a phone without scripts', false, 360],
  ['a desktop with scripts', true, 1280],
  ['a phone with scripts', true, 360],
])('somebody who edits rows on %s', (what, javaScriptEnabled, width) => {
  let context: BrowserContext
  let page: Page
  const title = `New on ${what}`
  beforeAll(async () => {
    ;({ context, page } = await open(javaScriptEnabled, width))
  })
  afterAll(() => context.close())

  it('inserts a row, is told what is wrong, and finds everything kept', async () => {
    await page.goto(`${server.url}/library/books`)
    await page.getByRole('link', { name: 'Insert row' }).click()
    expect(addressOf(page)).toBe('/library/books/-/insert-row')
    expect(await isWithin(page)).toBe(true)
    await page.getByLabel('title (required)').fill('Tides')
    await page.getByLabel('year', { exact: true }).fill('9007199254740993')
    await page.getByLabel('shelf', { exact: true }).selectOption({ label: 'History (HIS)' })
    await page.getByLabel('author', { exact: true }).fill('3')
    await page.getByRole('button', { name: 'Insert row' }).click()
    expect(await page.getByLabel('title (required)').getAttribute('aria-invalid')).toBe('true')
    await page.locator('#field-value\\.title:focus').waitFor()
    expect(await page.getByText('write a part of its name').count()).toBe(javaScriptEnabled ? 1 : 0)
    expect(await mainText(page)).toContain('Another row has this value already.')
    expect(await page.getByLabel('year', { exact: true }).inputValue()).toBe('9007199254740993')
    expect(await page.getByLabel('shelf', { exact: true }).inputValue()).toBe('HIS')
    await page.getByLabel('title (required)').fill(title)
    await page.getByRole('button', { name: 'Insert row' }).click()
    expect(await page.locator('h1').innerText()).toContain(title)
    expect(await page.locator('.message-info').innerText()).toMatch(/^Inserted row \d+ \(New on/)
    expect(await mainText(page)).toContain('9007199254740993')
    expect(await mainText(page)).toContain('Author 3')
  })

  it('edits it, and the table says what was done once', async () => {
    await page.getByRole('link', { name: 'Edit row' }).click()
    await page.getByLabel('note', { exact: true }).fill('written later')
    await page.getByLabel('shelf', { exact: true }).selectOption({ label: 'NULL' })
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.locator('.message-info').innerText()).toMatch(/^Updated row \d+ \(New on/)
    expect(await mainText(page)).toContain('written later')
    await page.reload()
    expect(await page.locator('.message-info').count()).toBe(0)
  })

  it('is asked before it writes over what somebody else wrote', async () => {
    const row = addressOf(page)
    await page.goto(`${server.url}${row}/-/edit-row`)
    const other = await open(false, 1280)
    await other.page.goto(`${server.url}${row}/-/edit-row`)
    await other.page.getByLabel('note', { exact: true }).fill('theirs')
    await other.page.getByRole('button', { name: 'Save' }).click()
    await other.context.close()

    await page.getByLabel('note', { exact: true }).fill('mine')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await mainText(page)).toContain('Somebody changed this row while you were writing')
    expect(await mainText(page)).toContain('Now there is: theirs')
    expect(await isWithin(page)).toBe(true)
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await mainText(page)).toContain('mine')
  })

  it('deletes it from the table, after one question', async () => {
    await page.goto(`${server.url}/library/books?title=${encodeURIComponent(title)}`)
    await page.getByRole('link', { name: /^Delete row/ }).click()
    expect(await page.locator('h1').innerText()).toMatch(/^Delete row \d+ \(New on .*\)\?$/)
    expect(await isWithin(page)).toBe(true)
    await page.getByRole('button', { name: 'Delete row' }).click()
    expect(addressOf(page)).toBe('/library/books')
    expect(await page.locator('.message-info').innerText()).toMatch(/^Deleted row \d+ \(New on/)
    expect(await page.locator('.data-table').innerText()).not.toContain(title)
  })

  it('pastes rows, looks at them and inserts them', async () => {
    await page.goto(`${server.url}/library/authors/-/insert-rows`)
    await page.getByLabel('Rows', { exact: true }).fill(`name\tid\n${title}\t\nB "quoted" of ${what}\t`)
    await page.getByRole('button', { name: 'Show the rows' }).click()
    expect(await mainText(page)).toContain('This was read as tab-separated text')
    expect(await page.locator('.data-table tbody tr').count()).toBe(2)
    expect(await isWithin(page)).toBe(true)
    await page.getByRole('button', { name: 'Insert 2 rows' }).click()
    expect(addressOf(page)).toMatch(/^\/library\/authors\?id__gte=\d+$/)
    expect(await page.locator('.message-info').innerText()).toBe('Inserted 2 rows into authors')
  })
})

describe('the pages that change rows', () => {
  it('take bytes as a file, and keep those that are there', async () => {
    const { context, page } = await open(false, 1280)
    await page.goto(`${server.url}/library/books/1/-/edit-row`)
    expect(await page.getByRole('checkbox', { name: /Keep the 2 bytes/ }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.locator('.message-info').innerText()).toBe('Nothing was changed in row 1 (Tides)')
    await page.goto(`${server.url}/library/books/1/-/edit-row`)
    const file = { name: 'cover.png', mimeType: 'image/png', buffer: Buffer.from([0, 13, 10, 255, 7]) }
    await page.getByLabel('cover', { exact: true }).setInputFiles(file)
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await mainText(page)).toContain('<Binary: 5 bytes>')
    await context.close()
  })

  it('untick NULL when something is written, and find a key by name, where there are scripts', async () => {
    const { context, page } = await open(true, 1280)
    await page.goto(`${server.url}/library/books/2/-/edit-row`)
    const tick = page.getByRole('checkbox', { name: 'NULL (note)' })
    expect(await tick.isChecked()).toBe(true)
    await page.getByLabel('note', { exact: true }).fill('x')
    expect(await tick.isChecked()).toBe(false)
    await page.getByLabel('note', { exact: true }).fill('')
    expect(await tick.isChecked()).toBe(true)
    expect(await mainText(page)).toContain('now Author 7')
    await page.getByLabel('author', { exact: true }).fill('Author 19')
    await page.locator('datalist option[value="19"]').waitFor({ state: 'attached' })
    const chosen = page.locator('.row-chosen')
    expect(await chosen.innerText()).toContain('The list has the first ten rows that fit.')
    expect(await page.locator('datalist option[value="19"]').innerText()).toBe('Author 19 (19)')
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await mainText(page)).toContain('Write a part of its name and choose the row from the list')
    await page.getByLabel('author', { exact: true }).fill('19')
    await page.getByText('Chosen: Author 19', { exact: true }).waitFor()
    await page.getByLabel('author', { exact: true }).fill('nobody')
    await page.getByText('No row fits.').waitFor()
    await context.close()
  })

  it('write what is chosen in a calendar, and take what no calendar has', async () => {
    const { context, page } = await open(true, 360)
    await page.goto(`${server.url}/library/visits/-/insert-row`)
    const at = page.getByLabel('at', { exact: true })
    await at.fill('2026-01-31 14:30')
    const button = page.getByRole('button', { name: 'Calendar (at)' })
    expect((await button.boundingBox())?.height).toBeLessThan(50)
    await button.click()
    const picker = page.locator('input[type="datetime-local"]')
    expect(await picker.inputValue()).toBe('2026-01-31T14:30')
    await page.keyboard.press('Escape')
    await picker.fill('2026-02-01T10:00', { force: true })
    expect(await at.inputValue()).toBe('2026-02-01 10:00')
    expect(await page.getByRole('checkbox', { name: 'NULL (at)' }).isChecked()).toBe(false)
    await at.fill('spring')
    await page.getByLabel('paid (required)').selectOption({ label: 'Yes (1)' })
    await page.getByRole('button', { name: 'Insert row' }).click()
    expect(await mainText(page)).toContain('This is not written as a day and a time')
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Insert row' }).click()
    expect(await mainText(page)).toMatch(/at\s+spring\s+paid\s+1/)
    await context.close()
  })

  it('hold a file back that is too large, and keep what was written', async () => {
    const { context, page } = await open(true, 360)
    await page.goto(`${server.url}/library/books/1/-/edit-row`)
    await page.getByLabel('title (required)').fill('Kept title')
    const file = { name: 'cover.png', mimeType: 'image/png', buffer: Buffer.alloc(3_000_000) }
    await page.getByLabel('cover', { exact: true }).setInputFiles(file)
    await page.getByRole('button', { name: 'Save' }).click()
    const said = await page.getByRole('alert').innerText()
    expect(said).toContain('Nothing was sent: this is 2.9 MB, and a form may have 2 MB at most.')
    expect(await page.getByLabel('title (required)').inputValue()).toBe('Kept title')
    expect(await isWithin(page)).toBe(true)
    await context.close()
  })

  it('keep what was written for who goes on and comes back', async () => {
    const { context, page } = await open(false, 1280)
    await page.goto(`${server.url}/library/books/-/insert-row`)
    await page.getByLabel('title (required)').fill('Written')
    await page.getByLabel('year', { exact: true }).fill('soon')
    await page.getByRole('button', { name: 'Insert row' }).click()
    await page.getByText('Not saved yet').waitFor()
    await page.goto(`${server.url}/library`)
    await page.goBack()
    expect(await page.getByLabel('year', { exact: true }).inputValue()).toBe('soon')
    await page.goBack()
    expect(await page.getByLabel('title (required)').inputValue()).toBe('Written')
    await context.close()
  })

  it('are sent again after a sign-in that was missing', async () => {
    const { context, page } = await open(true, 1280)
    await page.goto(`${server.url}/library/authors/-/insert-row`)
    await page.getByLabel('name', { exact: true }).fill('Kept Author')
    const cookies = await context.cookies()
    await context.clearCookies()
    await page.getByRole('button', { name: 'Insert row' }).click()
    await page.getByText('kept by this page alone').waitFor()
    const signIn = await page.getByRole('link', { name: 'Sign in in a new tab' }).getAttribute('href')
    expect(signIn).toBe(`/-/sign-in?next=${encodeURIComponent('/library/authors/-/insert-row')}`)
    await context.addCookies(cookies)
    await page.reload()
    expect(await page.locator('h1').innerText()).toContain('Kept Author')
    await context.close()
  })

  it('can be used by keyboard', async () => {
    const { context, page } = await open(false, 360)
    await page.goto(`${server.url}/library/shelves/FIC`)
    await tabTo(page, 'a[href$="/-/edit-row"]')
    await page.keyboard.press('Enter')
    await page.waitForURL(/edit-row$/)
    await tabTo(page, '#field-value\\.label')
    await page.keyboard.type('Stories')
    await page.keyboard.press('Enter')
    await page.waitForURL(/shelves\/FIC$/)
    expect(await mainText(page)).toContain('Stories')
    await context.close()
  })

  it('have nothing serious to say for axe-core, in light and dark', async () => {
    const { context, page } = await open(true, 1280)
    const places = {
      'rows-table': '/library/books',
      'rows-insert': '/library/books/-/insert-row',
      'rows-edit': '/library/books/1/-/edit-row',
      'rows-delete': '/library/books/1/-/delete-row',
      'rows-held': '/library/authors/7/-/delete-row',
      'rows-paste': '/library/authors/-/insert-rows',
    }
    for (const [name, address] of Object.entries(places)) {
      await page.goto(server.url + address)
      await takeScreenshots(page, name)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect([name, await seriousFaults(page)]).toEqual([name, []])
      }
    }
    await page.goto(`${server.url}/library/authors/-/insert-rows`)
    await page.getByLabel('Rows', { exact: true }).fill('name,id\nA,\nB,')
    await page.getByRole('button', { name: 'Show the rows' }).click()
    await takeScreenshots(page, 'rows-preview')
    expect(await seriousFaults(page)).toEqual([])
    await page.goto(`${server.url}/library/books/-/insert-row`)
    await page.getByLabel('year', { exact: true }).fill('soon')
    await page.getByRole('button', { name: 'Insert row' }).click()
    await takeScreenshots(page, 'rows-fault')
    expect(await seriousFaults(page)).toEqual([])
    await context.close()
  })
})
