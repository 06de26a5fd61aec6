import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaultsOfPlain } from '../support/axe.ts'
import { appendBatch, ledgerToken, makeLedger } from '../support/batches.ts'
import { plainRootPage, startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import type { ServerProcess, Site } from '../support/server-process.ts'

let site: Site
let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let page: Page

beforeAll(async () => {
  site = makeLedger()
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
  const headers = ledgerToken(site)
  for (const batch of ['a', 'b', 'c']) expect(await appendBatch(server.url, headers, batch)).toBe(201)
  // The page works without scripts.
  page = await plainRootPage({ server, browser })
})
afterAll(() => close())

const looked = async (name: string) => {
  expect(await seriousFaultsOfPlain(browser, page)).toEqual([])
  await takeScreenshots(page, name)
  await page.setViewportSize({ width: 360, height: 800 })
  expect((await page.locator('main').boundingBox())?.width).toBeLessThanOrEqual(360)
  // Every cell is in sight without scrolling sideways.
  const isWithin =
    '[...document.querySelectorAll(".table-scroll")].every((frame) => frame.scrollWidth <= frame.clientWidth)'
  expect(await page.evaluate(isWithin)).toBe(true)
}

describe('root who wonders who wrote', () => {
  it('finds the trail in the account menu, newest first', async () => {
    await page.goto(`${server.url}/`)
    expect(
      await page.getByRole('link', { name: 'Audit trail', includeHidden: true }).getAttribute('href'),
    ).toBe('/-/audit')
    await page.goto(`${server.url}/-/audit`)
    const rows = page.locator('tbody tr')
    expect(await rows.count()).toBe(4)
    expect(await rows.first().innerText()).toMatch(/root[^]*a browser[^]*login/)
    expect(await rows.nth(1).innerText()).toMatch(
      /ann[^]*an API token[^]*insert-rows[^]*shop \/ ledger[^]*5 rows/,
    )
    await looked('audit')
  })

  it('reads times with scripts in their own zone and form', async () => {
    const context = await browser.newContext({ timezoneId: 'Asia/Kolkata', locale: 'en-US' })
    await context.addCookies(await page.context().cookies())
    const seen = await context.newPage()
    await seen.goto(`${server.url}/-/audit`)
    const times = seen.locator('time', { hasText: 'GMT+5:30' })
    await times.first().waitFor()
    expect(await times.first().innerText()).toMatch(
      /^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d.[AP]M GMT\+5:30$/,
    )
    await context.close()
  })

  it('filters by person, and by a time that was mistyped first', async () => {
    await page.locator('summary', { hasText: 'Filter' }).click()
    await page.getByLabel('Person (id)').fill('ann')
    await page.getByLabel('From (UTC)').fill('last week')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.innerText('main')).toContain('Write a day or a moment in UTC')
    await looked('audit-mistyped')

    expect(await page.getByLabel('Person (id)').inputValue()).toBe('ann')
    await page.getByLabel('From (UTC)').fill('2026-01-01')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.locator('tbody tr').count()).toBe(3)
    await looked('audit-filtered')

    await page.getByLabel('Person (id)').fill('nobody')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.innerText('main')).toContain('Nothing like that')
    await looked('audit-empty')
  })
})
