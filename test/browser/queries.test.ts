import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaultsOfPlain } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let page: Page

beforeAll(async () => {
  const site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text, price real);
     insert into orders (item, price)
       with recursive n(i) as (select 1 union all select i + 1 from n limit 30)
       select iif(i % 2, 'bolt', 'nut'), i / 4.0 from n;`,
    {
      settings: { max_returned_rows: 20 },
      databases: {
        shop: {
          queries: {
            dear: {
              sql: 'select id, item, price\nfrom orders\nwhere item = :item and price > cast(:least as real)\norder by price desc',
              title: 'Orders that cost something',
              description_html:
                '<p>The dearest first. <em>Prices</em> are in <a href="/shop/orders">orders</a>.</p><ul><li>bolts</li><li>nuts</li></ul>',
              params: ['item', 'least'],
            },
            mine: { sql: 'select :_actor_id as you', title: 'About you', hide_sql: true },
            add: { sql: 'insert into orders (item) values (:item)', title: 'Add an order', write: true },
            every: { sql: 'select * from orders', description: 'Every order', allow: { id: 'root' } },
            one: 'select 1',
            two: 'select 2',
            three: 'select 3',
          },
        },
      },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
  // Every page here works without scripts.
  const context = await browser.newContext({ javaScriptEnabled: false })
  page = await context.newPage()
})
afterAll(() => close())

async function looked(name: string): Promise<void> {
  expect(await seriousFaultsOfPlain(browser, page)).toEqual([])
  await takeScreenshots(page, name)
  await page.setViewportSize({ width: 360, height: 800 })
  const { width } = (await page.locator('main').boundingBox()) ?? { width: 0 }
  expect(width).toBeLessThanOrEqual(360)
}

describe('somebody who writes SQL', () => {
  it('runs a statement, fills in its parameters, and reads by it what is wrong', async () => {
    await page.goto(`${server.url}/shop/-/query`)
    expect(await page.innerText('main')).toContain('Nothing asked yet')
    await looked('query-empty')

    await page.getByLabel('SQL', { exact: true }).fill('select item, price from orders where item = :item')
    await page.getByRole('button', { name: 'Run SQL' }).click()
    expect(await page.innerText('main')).toContain('found nothing')
    await page.getByLabel('item').fill('bolt')
    await page.getByRole('button', { name: 'Run SQL' }).click()
    expect(await page.innerText('main')).toContain('15 rows')
    await looked('query-rows')

    await page.getByLabel('SQL', { exact: true }).fill('select nope from orders where item = :item')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/nope/u)
    expect(await page.getByLabel('SQL', { exact: true }).inputValue()).toContain('select nope')
    expect(await page.getByLabel('item').inputValue()).toBe('bolt')
    expect(await page.innerText('.field-error')).toBe('no such column: nope')
    await looked('query-error')
  })

  it('is told that there are more rows, and puts the SQL away', async () => {
    await page.goto(`${server.url}/shop/-/query?sql=select+*+from+orders+where+id+>+:id&id=0`)
    expect(await page.innerText('main')).toContain('These are the first 20 rows')
    await page.getByRole('link', { name: 'Hide SQL' }).click()
    expect(await page.getByLabel('SQL', { exact: true }).count()).toBe(0)
    await page.getByLabel('id').fill('25')
    await page.getByRole('button', { name: 'Run SQL' }).click()
    expect(await page.innerText('main')).toContain('5 rows')
    await looked('query-hidden')
    await page.getByRole('link', { name: 'Show SQL' }).click()
    expect(await page.getByLabel('SQL', { exact: true }).inputValue()).toContain('select *')
    expect(await page.getByLabel('id').inputValue()).toBe('25')
  })
})

describe('somebody who finds a stored query', () => {
  it('chooses it from the list, fills it in and goes on with its SQL', async () => {
    await page.goto(`${server.url}/shop`)
    await page.getByRole('link', { name: 'All 6 queries' }).click()
    await page.getByLabel('Words in').fill('COST')
    await page.getByRole('button', { name: 'Show these' }).click()
    await page.getByRole('link', { name: 'Orders that cost something' }).click()
    expect(await page.innerText('main')).toContain('The dearest first')
    await page.getByLabel('item').fill('nut')
    await page.getByLabel('least').fill('6.5')
    await page.getByRole('button', { name: 'Run query' }).click()
    expect(await page.innerText('main')).toContain('2 rows')
    await looked('stored-query')

    await page.getByRole('link', { name: 'Edit SQL' }).click()
    expect(await page.getByLabel('item').inputValue()).toBe('nut')
    expect(await page.innerText('main')).toContain('2 rows')
  })

  it('sees what changes data and what needs to know them, and neither runs', async () => {
    await page.goto(`${server.url}/shop/add`)
    expect(await page.innerText('main')).toContain('This query changes data')
    await looked('stored-query-writes')
    await page.goto(`${server.url}/shop/mine`)
    expect(await page.innerText('main')).toContain('Sign in to run it')
    await looked('stored-query-refused')
  })

  it('sees more of them once signed in', async () => {
    await page.goto(server.rootLink ?? '')
    await page.goto(`${server.url}/-/queries`)
    expect(await page.innerText('main')).toContain('Every order')
    await looked('query-list')
    await page.goto(`${server.url}/shop/mine`)
    expect(await page.innerText('tbody')).toBe('root')
  })
})
