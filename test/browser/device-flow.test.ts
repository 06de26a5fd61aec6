import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startDeviceShop, type DeviceShop } from '../support/device-shop.ts'
import { tabTo } from '../support/keyboard.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { removeSite, startProcess } from '../support/server-process.ts'
import { BOTH_TABLES, makeShop } from '../support/shop.ts'

let shop: DeviceShop

beforeAll(async () => {
  shop = await startDeviceShop()
})
afterAll(() => shop.close())

async function requestDevice(scope?: string) {
  const body = new URLSearchParams(scope === undefined ? {} : { scope })
  const response = await fetch(`${shop.server.url}/-/oauth/device`, { method: 'POST', body })
  return (await response.json()) as Readonly<
    Record<'device_code' | 'user_code' | 'verification_uri' | 'verification_uri_complete', string>
  >
}

async function poll(deviceCode: string) {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
  })
  const response = await fetch(`${shop.server.url}/-/oauth/token`, { method: 'POST', body })
  return (await response.json()) as Readonly<Record<string, unknown>>
}

const heading = (page: Page) => page.innerText('h1')

describe('the pages of the device flow, in a browser', () => {
  it('T75: takes the code by keyboard alone, small and without its dash, and gives what stays ticked', async () => {
    const device = await requestDevice(BOTH_TABLES)
    const page = await shop.context.newPage()
    await page.goto(device.verification_uri)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'device-entry')

    await tabTo(page, '[name=code]')
    await page.keyboard.type(device.user_code.toLowerCase().replace('-', ''))
    await page.keyboard.press('Enter')
    await page.waitForSelector('.user-code')
    expect(await page.innerText('.user-code')).toBe(device.user_code)
    expect(await page.innerText('main')).toContain('Only continue if you started this yourself')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'device-review')

    await tabTo(page, '[name=scope_1]')
    await page.keyboard.press('Space')
    await tabTo(page, '[name=token_ttl_seconds]')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'form button:not([name])[type=submit] >> text=Authorize device')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Go back to your device')
    expect(await heading(page)).toBe('Device authorized successfully')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'device-authorized')
    expect(await poll(device.device_code)).toMatchObject({
      scope: 'view-table:shop/orders',
      expires_in: 28_800,
    })
  })

  it('denies, and does not approve, when somebody presses Enter in a box', async () => {
    const device = await requestDevice(BOTH_TABLES)
    const page = await shop.context.newPage()
    await page.goto(device.verification_uri_complete)
    await tabTo(page, '[name=scope_0]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=The device gets nothing')
    expect(await poll(device.device_code)).toMatchObject({ error: 'access_denied' })
  })

  it('does not give full access until its box is ticked, with and without scripts', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const own = await shop.browser.newContext({ javaScriptEnabled })
      await own.addCookies(await shop.context.cookies())
      const device = await requestDevice()
      const page = await own.newPage()
      await page.goto(device.verification_uri_complete)
      expect(await heading(page)).toContain('full access')
      await page.getByRole('button', { name: 'Authorize device' }).click()
      expect(await heading(page)).toContain('full access')
      expect(await poll(device.device_code)).toMatchObject({ error: 'authorization_pending' })
      if (javaScriptEnabled) {
        expect(await seriousFaults(page)).toEqual([])
        await takeScreenshots(page, 'device-full-access')
      }

      await page.getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Authorize device' }).click()
      await page.waitForSelector('text=Go back to your device')
      expect(await poll(device.device_code)).toMatchObject({ scope: 'full-access' })
      await own.close()
    }
  })

  it('opens a link on another site without claiming the code', async () => {
    const device = await requestDevice(BOTH_TABLES)
    const page = await shop.context.newPage()
    await page.route('http://elsewhere.invalid/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<a href="${device.verification_uri_complete}">go</a>`,
      }),
    )
    await page.goto('http://elsewhere.invalid/')
    await page.click('a')
    await page.waitForSelector('[name=code]')
    expect(await page.inputValue('[name=code]')).toBe(device.user_code)
    expect(await page.locator('.user-code').count()).toBe(0)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForSelector('.user-code')
  })

  it('tells what to do after a wrong code, and after too many', async () => {
    const page = await shop.context.newPage()
    await page.goto(`${shop.server.url}/-/oauth/device/verify`)
    await page.fill('[name=code]', 'WRNG-2345')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForSelector('text=Invalid code')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'device-wrong-code')
    for (let tries = 0; tries < 5; tries += 1) {
      await page.goto(`${shop.server.url}/-/oauth/device/verify?code=WRNG-2345`)
    }
    expect(await heading(page)).toBe('Too many wrong codes')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'device-limited')
  })

  it('lets no page of another site start a request in its visitor’s browser, also under --cors', async () => {
    const site = makeShop({ enable_device_flow: true })
    const open = await startProcess(site, '--cors')
    const page = await shop.context.newPage()
    await page.route('http://elsewhere.invalid/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<h1>Elsewhere</h1>' }),
    )
    await page.goto('http://elsewhere.invalid/')
    const ask = (authorization: string | null) =>
      page.evaluate(
        async ([address, header]) => {
          const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
          if (header !== null && header !== undefined) headers['authorization'] = header
          const init = { method: 'POST', credentials: 'omit', headers, body: '' } as const
          return fetch(String(address), init).then(
            (response) => response.status,
            () => 'blocked',
          )
        },
        [`${open.url}/-/oauth/device`, authorization],
      )
    expect([await ask(null), await ask('Bearer x')]).toEqual(['blocked', 'blocked'])
    await open.stop()
    removeSite(site)
  })
})
