import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaultsOfPlain } from '../support/axe.ts'
import { plainRootPage, startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let page: Page

beforeAll(async () => {
  const site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table salaries (person text primary key, amount integer)`,
    {
      databases: {
        shop: {
          permissions: { 'insert-row': { id: 'ann' } },
          tables: { salaries: { allow: { id: 'ann' } } },
          queries: { newest: { sql: 'select * from orders where item = :item', title: 'The newest' } },
        },
      },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
  // Every page here works without scripts.
  page = await plainRootPage({ server, browser })
})
afterAll(() => close())

const looked = async (name: string) => {
  expect(await seriousFaultsOfPlain(browser, page)).toEqual([])
  await takeScreenshots(page, name)
}

const isSidewaysAt360 = async () => {
  await page.setViewportSize({ width: 360, height: 800 })
  const { width } = (await page.locator('main').boundingBox()) ?? { width: 0 }
  return width > 360
}

describe('somebody who wonders why', () => {
  it('asks, is told the rule and where it stands, and asks about somebody else', async () => {
    await page.goto(`${server.url}/-/check`)
    await page.getByLabel('Action').selectOption('view-table')
    await page.getByLabel('Database').fill('shop')
    await page.getByLabel('Table, view or query').fill('salaries')
    await page.getByRole('button', { name: 'Explain' }).click()
    expect(await page.innerText('main')).toContain(
      'Denied by a rule (config databases.shop.tables.salaries.allow).',
    )
    await looked('tools-check')
    expect(await isSidewaysAt360()).toBe(false)

    await page.getByLabel('Actor').fill('{"id": "ann"}')
    await page.getByRole('button', { name: 'Explain' }).click()
    expect(await page.innerText('main')).toContain('view-table: allowed')
  })

  it.each([
    ['tools-allowed', '/-/allowed?action=view-table', 'orders'],
    ['tools-rules', '/-/rules?action=insert-row', 'config databases.shop.permissions.insert-row'],
    ['tools-activity', '/-/permissions', 'permissions-debug'],
    ['tools-actions', '/-/actions', 'insert-row'],
    ['tools-allow-debug', '/-/allow-debug', 'Result: allow'],
    ['instance-config', '/-/config', 'insert-row'],
    ['schema', '/shop/-/schema', 'create table orders'],
    ['stored-query', '/shop/newest?item=x', 'The newest'],
  ])('%s is a page at %s', async (name, path, text) => {
    await page.goto(server.url + path)
    expect((await page.innerText('main')).toLowerCase()).toContain(text.toLowerCase())
    await looked(name)
    expect(await isSidewaysAt360()).toBe(false)
  })

  it('pastes a token, and reads in plain words what it may do', async () => {
    await page.goto(`${server.url}/-/create-token`)
    await page.goto(`${server.url}/-/token`)
    await page.getByLabel('Token').fill('dstok_nonsense')
    await page.getByRole('button', { name: 'Read it' }).click()
    expect(await page.innerText('main')).toContain('This token is refused')

    await page.goto(`${server.url}/-/create-token`)
    await page.getByRole('button', { name: 'Create token' }).click()
    const token = await page.locator('input[name="token"]').inputValue()
    await page.goto(`${server.url}/-/token`)
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Read it' }).click()
    const said = await page.innerText('main')
    expect(said).toContain('This token is good')
    expect(said).toContain('Everything that its person may do.')
    expect(await page.content()).not.toContain(token)
    await takeScreenshots(page, 'tools-token')
  })
})
