import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let context: BrowserContext

const everybody = true

beforeAll(async () => {
  const site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table log (what text);
     create trigger noted after delete on orders begin insert into log values (old.item); end;
     insert into orders (item) values ('bolts'), ('nuts');`,
    {
      databases: {
        shop: {
          permissions: {
            'execute-write-sql': everybody,
            'store-query': everybody,
            'insert-row': everybody,
            'update-row': everybody,
            'delete-row': everybody,
          },
        },
      },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site))
  // Nothing here needs a script.
  context = await browser.newContext({ javaScriptEnabled: false })
})
afterAll(() => close())

describe('changing data with SQL', () => {
  it('shows what a statement will do, runs it, and saves it as a query', async () => {
    const page = await context.newPage()
    await page.goto(`${server.url}/shop`)
    await page.getByRole('link', { name: 'Change data with SQL' }).click()
    await page.getByLabel('SQL').fill('delete from orders where id = :id returning item')
    await page.getByRole('button', { name: 'Show what it will do' }).click()
    await expectText(page, 'delete rows from orders')
    await expectText(page, 'add rows to log, by the trigger noted')
    await takeScreenshots(page, 'write-sql-explained')

    await page.getByLabel('id', { exact: true }).fill('2')
    await page.getByRole('button', { name: 'Run it' }).click()
    await expectText(page, 'Query executed, 1 row affected')
    await expectText(page, 'nuts')
    await takeScreenshots(page, 'write-sql-ran')

    await page.getByRole('link', { name: 'Save this query' }).click()
    await page.getByLabel('Name in the address').fill('orders')
    await page.getByRole('button', { name: 'Save the query' }).click()
    await expectText(page, 'Query name conflicts with a table or view')
    await takeScreenshots(page, 'save-query')
    await page.getByLabel('Name in the address').fill('forget')
    await page.getByLabel('Title').fill('Forget an order')
    await page.getByRole('button', { name: 'Save the query' }).click()
    await expectText(page, 'Query saved')
    await takeScreenshots(page, 'saved-query')

    await page.getByLabel('id').fill('1')
    await page.getByRole('button', { name: 'Run query' }).click()
    await expectText(page, 'Query executed, 1 row affected')
    await page.close()
  })

  it('has no serious faults', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/shop/-/execute-write?sql=delete+from+orders`)
    expect(await seriousFaults(page)).toEqual([])
    await page.goto(`${server.url}/shop/-/queries/store?sql=select+1`)
    expect(await seriousFaults(page)).toEqual([])
    await page.close()
  })
})

async function expectText(page: Page, text: string): Promise<void> {
  expect(await page.locator('body').innerText()).toContain(text)
}
