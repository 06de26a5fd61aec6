import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startDeviceShop, type DeviceShop } from '../support/device-shop.ts'
import { tabTo } from '../support/keyboard.ts'
import { takeScreenshots } from '../support/screenshots.ts'

let shop: DeviceShop

beforeAll(async () => {
  shop = await startDeviceShop()
})
afterAll(() => shop.close())

describe('the page of an app, in a browser', () => {
  it('diagnoses a refused request, tries the app, changes its type and deletes it, without a faulty page', async () => {
    const page = await shop.context.newPage()
    await page.goto(`${shop.server.url}/-/oauth/clients`)
    await page.fill('[name=client_name]', 'Report Maker')
    await page.fill('[name=redirect_uris]', 'https://reports.example/*\nreports.example/cb')
    await page.click('text=Register app')
    expect(await page.innerText('#field-redirect_uris-error')).toContain('Line 2 (reports.example/cb) has no')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client-refused')
    await page.fill('[name=redirect_uris]', 'https://reports.example/cb\nhttp://127.0.0.1:5000/cb')
    await page.click('text=Register app')
    await page.waitForSelector('text=It will not be shown again')
    await takeScreenshots(page, 'client-registered')
    await page.reload()
    expect(await page.isVisible('text=It will not be shown again')).toBe(false)
    expect(await page.isVisible('[aria-label^="Copy the client ID"]')).toBe(true)
    await page.goto(`${shop.server.url}/-/oauth/clients`)
    expect(await page.locator('h2 >> text=Report Maker').count()).toBe(1)
    await page.click('a >> text=Report Maker')
    const clientId = await page.innerText('dd code >> nth=0')

    const request = new URL(`${shop.server.url}/-/oauth/authorize`)
    request.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://127.0.0.1:5001/cb/',
      state: 's',
    }).toString()
    await page.goto(request.href)
    expect(await page.innerText('main')).toContain('the request differs in the port and a trailing slash')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'redirect-refused')

    await page.goto(`${shop.server.url}/-/oauth/clients/${clientId}`)
    expect(await page.innerText('main')).toContain('The request differs in the port and a trailing slash.')
    await page.click('summary >> text=Python')
    expect(await page.isVisible('[aria-label^="Copy the program: Python"]')).toBe(true)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client')
    await page.goto(`${shop.server.url}/-/oauth/clients`)
    await takeScreenshots(page, 'clients')
    await page.goBack()

    await tabTo(page, 'button >> text=Try it')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Report Maker')
    expect(await page.innerText('main')).toContain('This is a trial of your own app')
    await takeScreenshots(page, 'client-trial-consent')
    await page.click('button >> text=Authorize')
    await page.waitForSelector('text=It works')
    expect(await page.innerText('main')).not.toContain('dstok_')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client-trial')

    await page.click('text=Back to the app')
    await page.click('text=Make it public')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client-type')
    await page.click('text=Make it public')
    await page.waitForSelector('h2 >> text=Delete this app')

    await page.click('text=Delete app')
    await page.fill('[name=typed_name]', 'another name')
    await page.click('text=Delete app')
    expect(await page.innerText('main')).toContain('This is not the name of the app')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'client-delete')
    await page.fill('[name=typed_name]', 'Report Maker')
    await page.click('text=Delete app')
    await page.waitForSelector('text=You have not registered an app yet')
  })
})
