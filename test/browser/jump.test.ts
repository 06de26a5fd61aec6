import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
let page: Page

beforeAll(async () => {
  ;({ server, browser, close } = await startBrowsing(makeShop(), '--root'))
  page = await browser.newPage()
  await page.goto(server.rootLink ?? '')
})
afterAll(() => close())

const options = () => page.getByRole('dialog').getByRole('option').allInnerTexts()

describe('jumping to a place', () => {
  it('teaches what to write, finds it and goes there, by keyboard alone', async () => {
    await page.keyboard.press('/')
    const field = page.getByRole('combobox', { name: 'Jump to' })
    await page.getByText('Write a part of the name').waitFor()
    await page.keyboard.type('shop')
    await page.getByText('3 places').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'jump')

    const chosen = async () =>
      page.locator(`#${await field.getAttribute('aria-activedescendant')}`).innerText()
    expect(await chosen()).toContain('database')
    await page.keyboard.press('ArrowDown')
    expect(await chosen()).toContain('shop: orders')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    expect(await chosen()).toContain('shop: salaries')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${server.url}/shop/salaries`)
  })

  it('shows where the reader was last, and closes with Escape', async () => {
    await page.goto(`${server.url}/shop/orders`)
    await page.getByRole('link', { name: 'Jump to' }).click()
    await page.getByText('Where you were last').waitFor()
    expect(await options()).toEqual(['shop: orders', 'shop: salaries'])
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('says when nothing is found and when the search does not answer', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('nowhere')
    await page.getByText('Nothing that you may see has this in its name.').waitFor()
    await page.route('**/-/jump.json?q=nowheres', (route) => route.abort())
    await page.keyboard.type('s')
    await page.getByText('The search does not answer just now.').waitFor()
    await page.keyboard.press('Escape')
  })

  it('leaves / to fields in which somebody writes', async () => {
    await page.goto(`${server.url}/shop/-/query`)
    await page.locator('.sql-editor').click()
    await page.keyboard.type('1/2')
    expect(await page.inputValue('textarea')).toBe('1/2')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('takes nothing from the store that leads to another site', async () => {
    const places = ['https://evil.example/', 'javascript:alert(1)', '//evil.example', '/shop'].map((url) => ({
      name: '<img src=x onerror=alert(1)>',
      type: '',
      url,
    }))
    const stored = JSON.stringify(JSON.stringify({ account: 'root', places }))
    await page.evaluate(`localStorage.setItem('tapedeck-recent', ${stored})`)
    await page.goto(server.url)
    await page.keyboard.press('/')
    await page.getByText('Where you were last').waitFor()
    expect(await options()).toEqual(['<img src=x onerror=alert(1)>'])
    await page.keyboard.press('Escape')
  })

  it('forgets where somebody was when they sign out', async () => {
    await page.goto(`${server.url}/shop/orders`)
    await page.locator('.account summary').click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${server.url}/`)
    expect(await page.evaluate("localStorage.getItem('tapedeck-recent')")).toBeNull()
  })

  it('is a page with a form without scripts', async () => {
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    await plain.goto(server.url)
    await plain.getByRole('link', { name: 'Jump to' }).click()
    await plain.getByLabel('A part of the name').fill('zzz')
    await plain.keyboard.press('Enter')
    await plain.getByText('Nothing found').waitFor()
    await takeScreenshots(plain, 'search')
    await plain.context().close()
  })
})
