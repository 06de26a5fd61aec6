import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type App } from '../support/app.ts'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { tabTo } from '../support/keyboard.ts'
import { authorizationRequest, redeem } from '../support/person.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { BOTH_TABLES, makeShop } from '../support/shop.ts'

let server: ServerProcess
let app: App
let browser: Browser
let close: () => Promise<void>

beforeAll(async () => {
  ;({ server, browser, close } = await startBrowsing(makeShop(), '--root'))
  app = await startApp()
})
afterAll(async () => {
  await close()
  app.close()
})

async function registerOnThePage(page: Page, name: string) {
  await page.goto(`${server.url}/-/oauth/clients`)
  await page.getByLabel('Name', { exact: false }).first().fill(name)
  await page.locator('textarea[name=redirect_uris]').fill(app.redirectUri)
  await page.getByRole('button', { name: 'Register' }).click()
  const text = await page.locator('main').innerText()
  const clientSecret = /\b[0-9a-f]{64}\b/u.exec(text)?.[0] ?? ''
  const clientId = /\b[0-9a-f]{32}\b/u.exec(text)?.[0] ?? ''
  return { clientId, clientSecret }
}

/** The tables that the token opens, with the status of each. */
async function whatOpens(code: string, registered: { clientId: string; clientSecret: string }) {
  const token = (await (await redeem(server, registered, code, app.redirectUri)).json()) as {
    access_token: string
  }
  const headers = { authorization: `Bearer ${token.access_token}` }
  const status = async (table: string) =>
    (await fetch(`${server.url}/shop/${table}.json`, { headers })).status
  return { orders: await status('orders'), salaries: await status('salaries') }
}

let context: BrowserContext
let registered: { clientId: string; clientSecret: string }

describe('the main job, in a browser', () => {
  it('signs in with the one-time link and registers an app on the page', async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(server.rootLink ?? '')
    registered = await registerOnThePage(page, 'Report Maker')
    expect(registered.clientSecret).toHaveLength(64)
    expect(registered.clientId).toHaveLength(32)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client')

    await page.goto(`${server.url}/-/oauth/clients`)
    expect(await page.content()).not.toContain(registered.clientSecret)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'clients')
  })

  it('T61: walks the consent page by keyboard alone, and a foreign site is reached with what was ticked', async () => {
    const page = await context.newPage()
    const request = { client_id: registered.clientId, redirect_uri: app.redirectUri, scope: BOTH_TABLES }
    await page.goto(authorizationRequest(server, request).href)
    expect(await page.locator('main').innerText()).toContain('Report Maker')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'consent')

    await tabTo(page, '[name=scope_1]')
    await page.keyboard.press('Space')
    await tabTo(page, 'form button:not([name])[type=submit] >> text=Authorize')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${app.redirectUri}?*`)
    expect(await page.innerText('h1')).toBe('Back at the app')

    const answer = new URL(page.url())
    expect(answer.searchParams.get('state')).toBe('a state')
    expect(answer.searchParams.get('iss')).toBe(server.url)
    expect(await whatOpens(answer.searchParams.get('code') ?? '', registered)).toEqual({
      orders: 200,
      salaries: 403,
    })
  })

  it('T25: leads somebody who is signed out to sign in, and back to the same request', async () => {
    const signedOut = await browser.newContext()
    const page = await signedOut.newPage()
    const request = {
      client_id: registered.clientId,
      redirect_uri: app.redirectUri,
      scope: BOTH_TABLES,
      state: 'é&=+ 1',
    }
    const address = authorizationRequest(server, request)
    await page.goto(address.href)
    expect(new URL(page.url()).pathname).toBe('/-/sign-in')
    expect(await page.locator('input[name=next]').inputValue()).toBe(address.pathname + address.search)
    await takeScreenshots(page, 'sign-in')
    await signedOut.close()
  })

  it('works with scripts switched off, and Deny takes nothing', async () => {
    const [cookie] = await context.cookies()
    const scriptless = await browser.newContext({ javaScriptEnabled: false })
    if (cookie !== undefined) await scriptless.addCookies([cookie])
    const page = await scriptless.newPage()
    const plain = await registerOnThePage(page, 'Plain')
    const request = { client_id: plain.clientId, redirect_uri: app.redirectUri, scope: BOTH_TABLES }
    await page.goto(authorizationRequest(server, request).href)
    await page.locator('[name=scope_0]').uncheck()
    await page.getByRole('button', { name: 'Authorize' }).click()
    await page.waitForURL(`${app.redirectUri}?*`)
    const code = new URL(page.url()).searchParams.get('code') ?? ''
    expect(await whatOpens(code, plain)).toEqual({ orders: 403, salaries: 200 })

    await page.goto(authorizationRequest(server, request).href)
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.waitForURL(`${app.redirectUri}?*`)
    const denied = new URL(page.url()).searchParams
    expect([denied.get('error'), denied.get('code')]).toEqual(['access_denied', null])
    await scriptless.close()
  })

  it('shows the data pages without a serious fault for people who use assistive technology', async () => {
    const page = await context.newPage()
    for (const [name, path] of [
      ['home', '/'],
      ['database', '/shop'],
      ['table', '/shop/orders'],
      ['row', '/shop/orders/1'],
      ['query', '/shop/-/query?sql=select+*+from+orders'],
      ['create-token', '/-/create-token'],
      ['not-found', '/shop/nothing'],
    ] as const) {
      await page.goto(server.url + path)
      expect([name, await seriousFaults(page)]).toEqual([name, []])
      await takeScreenshots(page, name)
    }
  })
})
