import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

const TABLES = Array.from(
  { length: 250 },
  (_, n) => `create table part_${1000 + n} (id integer primary key, name text, made text);`,
).join('')

const named = (number: number) => `part_${number}`
const numbered = (from: number, end: number) => Array.from({ length: end - from }, (_, n) => named(from + n))

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>

beforeAll(async () => {
  const site = makeSite(
    'parts',
    `${TABLES} create view all_parts as select 1 as one; create table _log (line text);`,
    {
      databases: { parts: { queries: { newest: 'select 1' } } },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site))
})
afterAll(() => close())

describe.each([
  ['a phone without scripts', false, 360],
  ['a desktop with scripts', true, 1280],
])('somebody who looks for a table among very many on %s', (_what, javaScriptEnabled, width) => {
  let context: BrowserContext
  let page: Page

  beforeEach(async () => {
    context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 800 } })
    page = await context.newPage()
    await page.goto(`${server.url}/parts`)
  })
  afterEach(() => context.close())

  const names = () => page.locator('.data-table').first().locator('tbody th').allInnerTexts()

  it('finds it by a part of its name, and comes back to all of them', async () => {
    await page.getByRole('searchbox').fill('PART_12 0')
    await page.getByRole('button', { name: 'Find' }).click()
    expect(await names()).toEqual([...numbered(1200, 1210), ...[1210, 1220, 1230, 1240].map(named)])
    expect(await page.getByText('Tables and views 1 to 14 of 14').count()).toBe(1)
    await page.getByRole('searchbox').fill('none of them')
    await page.getByRole('searchbox').press('Enter')
    await page.getByRole('link', { name: 'Show all of them' }).click()
    expect(await names()).toHaveLength(100)
  })

  it('goes through them page by page, and sees the hidden ones when asking for them', async () => {
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByRole('link', { name: 'Next page' }).click()
    expect(await names()).toContain('all_parts view')
    expect(await page.getByRole('link', { name: 'Next page' }).count()).toBe(0)
    await page.getByRole('link', { name: '1 hidden table' }).click()
    await page.getByRole('searchbox').fill('_log')
    await page.getByRole('button', { name: 'Find' }).click()
    expect(await names()).toEqual(['_log hidden'])
  })

  it('meets no obstacle, and nothing wider than the screen', async () => {
    for (const path of ['', 'parts', 'parts?q=none']) {
      await page.goto(`${server.url}/${path}`)
      const pageWidth = await page.locator('html').evaluate((element) => element.scrollWidth)
      expect([path, pageWidth <= width]).toEqual([path, true])
      if (javaScriptEnabled) expect([path, await seriousFaults(page)]).toEqual([path, []])
    }
    if (javaScriptEnabled) {
      await page.goto(`${server.url}/parts?q=part_10`)
      await takeScreenshots(page, 'database-search')
    }
  })
})
