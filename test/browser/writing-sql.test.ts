import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

const ENDLESS = 'with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c'

/** While a page is on its way the driver waits for it, so the page acts for itself, and keeps what it said. */
const whenRunning = (act: string) => `
  const watch = setInterval(() => {
    const place = document.querySelector('.query-progress')
    const cancel = place.querySelector('button')
    if (cancel.hidden) return
    clearInterval(watch)
    const seen = place.textContent
    ${act}
    document.body.dataset.seen = seen
  }, 50)`
const PRESS_CANCEL = whenRunning('cancel.click()')
const STOP_THE_PAGE = whenRunning('window.stop()')

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let context: BrowserContext

/** Everything that a browser complains of while these tests run: blocked styles and scripts, and errors. */
const complaints: string[] = []

beforeAll(async () => {
  const site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text, placed text, price integer);
     insert into orders (item, placed, price) values
       ('bolts', '2024-01-01', 5), ('nuts', '2024-01-03', 7), ('screws', '2024-03-05', 9);
     create table salaries (person text, amount integer);`,
    { databases: { shop: { tables: { salaries: { allow: { id: 'ann' } } } } } },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--setting', 'sql_time_limit_ms', '60000'))
  context = await browser.newContext()
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
})
afterEach(() => expect(complaints.splice(0)).toEqual([]))
afterAll(() => close())

const addressOf = (sql: string) => `${server.url}/shop/-/query?${new URLSearchParams({ sql }).toString()}`

/** Opens the query page and puts the cursor into its editor. */
async function openEditor(sql: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(addressOf(sql))
  await page.locator('.sql-editor').click()
  return page
}

/** Writes over all that stands in the editor. */
async function write(page: Page, sql: string): Promise<void> {
  await page.keyboard.press('Control+A')
  await page.keyboard.type(sql)
}

describe('the SQL editor', () => {
  it('completes what the reader may see, and runs what was written', async () => {
    const page = await openEditor('select 1')
    await page.waitForLoadState('networkidle')
    expect(await page.getByRole('textbox', { name: 'SQL' }).getAttribute('aria-multiline')).toBe('true')
    await write(page, 'select max(price) as highest from ord')
    const offered = page.locator('.cm-tooltip-autocomplete li')
    await offered.getByText('orders', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.type('ers where id > :action ')
    expect(await page.inputValue('textarea[name=sql]')).toContain('from orders where')
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('action').waitFor()
    await page.getByLabel('action').fill('1')
    await page.keyboard.press('Enter')
    await page.waitForURL('**&action=1')
    expect(await page.getByRole('region', { name: 'Rows found' }).innerText()).toMatch(/highest\s+9/)

    await page.locator('.sql-editor').click()
    await page.waitForLoadState('networkidle')
    await write(page, 'select * from orde')
    await offered.getByText('orders', { exact: true }).waitFor()
    await write(page, 'select * from sal')
    await page.waitForSelector('.cm-tooltip-autocomplete')
    expect(await offered.getByText('salaries').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.close()
  })

  it('lets the keyboard go on with Tab, and lays the statement out', async () => {
    const page = await openEditor('select item from orders')
    for (const next of ['Run SQL', 'Hide SQL', 'Format SQL']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe(next)
    }
    await page.keyboard.press('Enter')
    await expect.poll(() => page.inputValue('textarea')).toBe('select\n  item\nfrom\n  orders')
    await page.close()
  })

  it('puts a bracket around what is selected, and writes over it otherwise', async () => {
    const page = await openEditor('select 1')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('(')
    expect(await page.inputValue('textarea')).toBe('(select 1)')
    await page.keyboard.type('x')
    expect(await page.inputValue('textarea')).toBe('(x)')
    await page.close()
  })

  it('sends nothing when nothing is written', async () => {
    const page = await openEditor('select 1')
    const before = page.url()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Control+Enter')
    expect(await page.inputValue('textarea')).toBe('')
    expect(page.url()).toBe(before)
    await page.close()
  })
})

describe('a chart', () => {
  it('is drawn along dates or names, with a sentence on where the data stands', async () => {
    const page = await context.newPage()
    await page.goto(addressOf('select placed, item, price from orders'))
    await page.getByText('Chart', { exact: true }).click()
    await page
      .getByRole('img', { name: 'Line chart of price along placed. The table has the same data.' })
      .waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'chart-line')
    await page.getByRole('combobox', { name: 'Along' }).selectOption('item')
    await page.getByRole('img', { name: /^Bar chart of price along item/ }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'chart-bars')
    await page.setViewportSize({ width: 360, height: 800 })
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await page.close()
  })

  it('is not offered where there is nothing to draw', async () => {
    const page = await context.newPage()
    await page.goto(addressOf('select item from orders'))
    await page.locator('.sql-editor').waitFor()
    expect(await page.getByText('Chart', { exact: true }).count()).toBe(0)
    await page.close()
  })
})

describe('a query that takes long', () => {
  it('says so, and is stopped by Cancel, on the server too', async () => {
    const page = await openEditor('select 1')
    const before = page.url()
    await write(page, ENDLESS)
    await page.keyboard.press('Escape')
    await page.evaluate(PRESS_CANCEL)
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('body[data-seen]')
    expect(await page.getAttribute('body', 'data-seen')).toMatch(/^Running/)
    expect(await page.innerText('.query-progress')).toContain('The query was cancelled.')
    expect(page.url()).toBe(before)
    expect(await page.inputValue('textarea')).toBe(ENDLESS)
    await expect.poll(() => server.log(), { timeout: 10_000 }).toContain('sql.killed')
    await page.close()
  })

  it('is no longer said to run when the browser has stopped it', async () => {
    const page = await openEditor('select 1')
    await write(page, ENDLESS)
    await page.keyboard.press('Escape')
    await page.evaluate(STOP_THE_PAGE)
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('body[data-seen]')
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
    expect(await page.innerText('.query-progress')).toBe('')
    await page.close()
  })
})

describe('Copy as', () => {
  it('copies what its links lead to, and the command', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    await page.goto(addressOf('select item from orders limit 1'))
    await page.getByText('Copy as').click()
    const copied = async (label: string) => {
      const button = page.getByRole('button', { name: `Copy ${label}` })
      await button.click()
      await button.filter({ hasText: 'Copied' }).waitFor()
      return page.evaluate('navigator.clipboard.readText()')
    }
    expect(JSON.parse(String(await copied('the rows as JSON')))).toMatchObject({ rows: [{ item: 'bolts' }] })
    expect(await copied('the curl command')).toMatch(/^curl -H "Authorization: Bearer \$TOKEN" 'http:/)
    await page.close()
  })
})

describe('without scripts', () => {
  it('the same page has a plain field, links and a command, and nothing that does not work', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const page = await plain.newPage()
    await page.goto(addressOf('select placed, price from orders'))
    await page.getByRole('textbox', { name: 'SQL' }).fill('select count(*) as n from orders')
    await page.getByRole('button', { name: 'Run SQL' }).click()
    expect(await page.getByRole('region', { name: 'Rows found' }).innerText()).toMatch(/n\s+3/)
    for (const name of ['Format SQL', 'Cancel', 'Copy']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    }
    await page.getByText('Copy as').click()
    expect(await page.getByLabel('the curl command').innerText()).toContain(
      `'${server.url}/shop/-/query.json?sql=`,
    )
    await plain.close()
  })
})
