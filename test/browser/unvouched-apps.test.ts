import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startDeviceShop, type DeviceShop } from '../support/device-shop.ts'
import { tabTo } from '../support/keyboard.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { BOTH_TABLES } from '../support/shop.ts'

let shop: DeviceShop
/** An app in the browser, at another origin than the shop. */
let app: Server
let appUrl: string

beforeAll(async () => {
  shop = await startDeviceShop({ enable_dynamic_registration: true })
  app = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>App</title><h1>The app</h1>')
  })
  await new Promise<void>((done) => app.listen(0, '127.0.0.1', done))
  const address = app.address()
  appUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})
afterAll(async () => {
  await shop.close()
  app.close()
})

describe('an app that registers itself from another site, in a browser', () => {
  it('T66: registers, and leads to a page that says that nobody vouches for it; by keyboard, access is given', async () => {
    const page = await shop.context.newPage()
    await page.goto(appUrl)
    const { status, clientId } = await page.evaluate(
      async ([endpoint, redirectUri]) => {
        const answer = await fetch(endpoint ?? '', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            client_name: 'Very Official Data Warehouse of the Whole Company',
            redirect_uris: [redirectUri],
            token_endpoint_auth_method: 'none',
            client_uri: 'https://app.example/',
          }),
        })
        const { client_id: clientId } = (await answer.json()) as { readonly client_id: string }
        return { status: answer.status, clientId }
      },
      [`${shop.server.url}/-/oauth/register`, `${appUrl}/back`],
    )
    expect([status, clientId]).toEqual([201, expect.stringMatching(/^[0-9a-f]{32}$/u)])

    const request = new URL(`${shop.server.url}/-/oauth/authorize`)
    request.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `${appUrl}/back`,
      scope: BOTH_TABLES,
      state: 'a state',
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
    }).toString()
    await page.goto(request.href)
    expect(await page.innerText('h1')).toContain('an app that calls itself Very Official Data Warehouse')
    expect(await page.innerText('.notice-warning')).toContain('Nobody here vouches for its name')
    expect(await page.innerText('.notice-warning')).toContain(new URL(appUrl).host)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'unvouched-consent')

    await tabTo(page, 'form button:not([name])[type=submit] >> text=Authorize')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${appUrl}/back?**`)
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^[0-9a-f]{64}$/u)

    await page.goto(`${shop.server.url}/-/oauth/clients`)
    expect(await page.innerText('main')).toContain('Apps that nobody here registered')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'unvouched-clients')
    await page.close()
  })
})
