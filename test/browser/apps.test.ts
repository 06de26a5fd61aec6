import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type App } from '../support/app.ts'
import { seriousFaults } from '../support/axe.ts'
import { plainRootPage, startBrowsing } from '../support/browsing.ts'
import { tabTo } from '../support/keyboard.ts'
import { authorizationRequest, redeem } from '../support/person.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

let server: ServerProcess
let app: App
let browser: Browser
let close: () => Promise<void>
let page: Page

beforeAll(async () => {
  ;({ server, browser, close } = await startBrowsing(
    makeShop({ enable_device_flow: true, allow_root_device_tokens: true }),
    '--root',
  ))
  app = await startApp()
  // The pages work without scripts.
  page = await plainRootPage({ server, browser })
})
afterAll(async () => {
  await close()
  app.close()
})

/** axe is a script, so it looks from a context of its own, with the same cookies. What was posted is shown again and looks the same. */
const looked = async (name: string) => {
  const context = await browser.newContext()
  await context.addCookies(await page.context().cookies())
  const seen = await context.newPage()
  await seen.goto(server.url)
  await seen.setContent(await page.content())
  expect(await seriousFaults(seen)).toEqual([])
  await context.close()
  await takeScreenshots(page, name)
  await page.setViewportSize({ width: 360, height: 800 })
  expect((await page.locator('main').boundingBox())?.width).toBeLessThanOrEqual(360)
  expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(360)
}

/** Registers an app, lets it in on the consent page, and gives its token. */
async function letIn(name: string, scope: string): Promise<string> {
  const registered = await page.request.post(`${server.url}/-/oauth/clients.json`, {
    form: { client_name: name, redirect_uri: app.redirectUri },
    headers: { origin: server.url },
  })
  const { client_id: clientId, client_secret: clientSecret } = await registered.json()
  const request = { client_id: clientId, redirect_uri: app.redirectUri, scope }
  await page.goto(authorizationRequest(server, request).href)
  if (scope === 'full-access') await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL(`${app.redirectUri}?*`)
  const code = new URL(page.url()).searchParams.get('code') ?? ''
  const answer = await (await redeem(server, { clientId, clientSecret }, code, app.redirectUri)).json()
  return (answer as { access_token: string }).access_token
}

/** An unregistered command line that was let in. */
async function letDeviceIn(): Promise<void> {
  const asked = await fetch(`${server.url}/-/oauth/device`, {
    method: 'POST',
    body: new URLSearchParams({ scope: 'view-table:shop/orders' }),
  })
  const { verification_uri_complete: address } = (await asked.json()) as { verification_uri_complete: string }
  await page.goto(address)
  await page.getByRole('button', { name: 'Authorize device' }).click()
}

const statusOf = async (path: string, token: string) =>
  (await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } })).status

let token: string

describe('somebody who wonders what apps may do', () => {
  it('finds nothing at first', async () => {
    await page.goto(`${server.url}/`)
    const link = page.getByRole('link', { name: 'Apps with access to your data', includeHidden: true })
    expect(await link.getAttribute('href')).toBe('/-/oauth/apps')
    await page.goto(`${server.url}/-/oauth/apps`)
    expect(await page.innerText('main')).toContain('No app has access')
    await looked('apps-none')
  })

  it('sees each app with what it may do and its last use', async () => {
    token = await letIn('Report Maker', 'read:shop write:shop/orders offline_access')
    await letIn(
      'A name that is as long as a name of an app can be on a small screen, and longer still',
      'view-table:shop/orders',
    )
    await letIn('Everything', 'full-access')
    await letDeviceIn()
    expect(await statusOf('/shop/salaries.json', token)).toBe(200)
    await page.goto(`${server.url}/-/oauth/apps`)
    const items = page.locator('.item-list > li')
    expect(await items.count()).toBe(4)
    const text = (await items.allInnerTexts()).join('\n')
    expect(text).toMatch(/A command line[^]*Read the table orders in shop[^]*nobody here vouches for it/u)
    expect(text).toMatch(/Everything that you can do/u)
    expect(text).toMatch(/Report Maker[^]*and \d+ more[^]*localhost:\d+[^]*from 127\.0\.0\.1/u)
    await looked('apps')
  })

  it('takes a part away, by keyboard alone', async () => {
    await page.goto(`${server.url}/-/oauth/apps`)
    await page.locator('h2 a', { hasText: 'Report Maker' }).click()
    await looked('app')
    const box = '[name=keep][value*="view-table"]'
    await tabTo(page, box)
    await page.keyboard.press('Space')
    await tabTo(page, 'button[value=narrow]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Report Maker may do less from now on.')
    expect(await page.locator(box).count()).toBe(0)
    await looked('app-narrowed')
    expect(await statusOf('/shop/salaries.json', token)).toBe(403)
  })

  it('is told what to do after unticking everything', async () => {
    for (const box of await page.locator('[name=keep]').all()) await box.uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.innerText('main')).toContain('Leave at least one box ticked')
    await looked('app-nothing-left')
  })

  it('ends one, and then all after being asked once', async () => {
    await page.getByRole('button', { name: 'End access' }).click()
    expect(await page.innerText('body')).toContain('Report Maker has no access any more.')
    expect(await statusOf('/shop.json', token)).toBe(401)
    await page.getByRole('button', { name: 'End all access' }).click()
    expect(await page.innerText('h1')).toBe('End the access of all your apps?')
    await looked('apps-end-all')
    await page.getByRole('button', { name: 'End all access' }).click()
    expect(await page.innerText('body')).toContain('The access of 3 apps has ended.')
    expect(await page.innerText('main')).toContain('No app has access')
  })

  it('reads afterwards what happened', async () => {
    await page.getByRole('link', { name: 'What happened with your apps' }).click()
    expect(await page.innerText('main')).toMatch(/an access was ended[^]*Read the table orders in shop/u)
    await looked('history')
    await page.getByLabel('Event').selectOption('grant.narrowed')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.getByLabel('Event').selectOption('code.replayed')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.innerText('main')).toContain('Nothing like that')
    await looked('history-none')
  })
})

describe('somebody who looks after everybody’s', () => {
  it('searches by app and by person', async () => {
    token = await letIn('Report Maker', 'view-table:shop/orders')
    await page.goto(`${server.url}/-/oauth/grants`)
    await page.getByLabel('App (name or id)').fill('report')
    await page.getByLabel('Person (id)').fill('root')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('.item-list > li').count()).toBe(1)
    await looked('grants')
    await page.getByLabel('Person (id)').fill('nobody')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.innerText('main')).toContain('Nothing like that')
    await looked('grants-none')
  })

  it('ends one, and finds it in the trail', async () => {
    await page.getByRole('link', { name: 'Show all' }).click()
    await page.getByRole('link', { name: /Change or end/u }).click()
    await page.getByRole('button', { name: 'End access' }).click()
    expect(await statusOf('/shop/orders.json', token)).toBe(401)
    await page.getByRole('link', { name: 'What happened with apps' }).click()
    const rows = page.locator('tbody tr')
    expect(await rows.first().innerText()).toMatch(/grant\.ended[^]*root[^]*Report Maker[^]*127\.0\.0\.1/u)
    await looked('oauth-audit')
    await page.setViewportSize({ width: 360, height: 800 })
    const isWithin = 'document.querySelector(".table-scroll").scrollWidth <= 360'
    expect(await page.evaluate(isWithin)).toBe(true)
    await page.locator('summary', { hasText: 'Filter' }).click()
    await page.getByLabel('Event').selectOption('grant.narrowed')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await rows.count()).toBe(1)
    await page.getByLabel('From (UTC)').fill('last week')
    await page.getByRole('button', { name: 'Filter' }).click()
    expect(await page.innerText('main')).toContain('Write a day or a moment in UTC')
    await looked('oauth-audit-mistyped')
  })
})
