import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CTRL_C, makeHome, runCommand, startInTerminal, type Home } from '../support/command-line.ts'
import { startDeviceShop, type DeviceShop } from '../support/device-shop.ts'

let shop: DeviceShop
let home: Home

beforeAll(async () => {
  shop = await startDeviceShop()
  home = makeHome()
})
afterAll(async () => {
  await shop.close()
  home.remove()
})

const login = (...options: string[]) =>
  startInTerminal(home, ['login', shop.server.url, '--no-browser', ...options])

describe('tapedeck login in a terminal, approved in Chromium', () => {
  it('shows address, code and QR code; the browser shows the same code; the terminal is signed in', async () => {
    const terminal = login('--read', 'shop/orders')
    const [, address = ''] = await terminal.waitFor(/(http:\S+\/-\/oauth\/device\/verify)/u)
    const [, code = ''] = await terminal.waitFor(/ ([A-Z0-9]{4}-[A-Z0-9]{4})\r?\n/u)
    await terminal.waitFor(/Waiting for you to approve it \(15 minutes; Ctrl-C stops\)/u)
    expect(terminal.screen()).toContain('\u001B[97;40m')
    expect(terminal.screen()).toContain('▀')

    const page = await shop.context.newPage()
    await page.goto(address)
    await page.fill('[name=code]', code)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.innerText('.user-code')).toBe(code)
    const shown = await page.innerText('main')
    expect(shown).toContain('Read the table orders in shop')
    expect(shown).toContain('tapedeck/')
    expect(shown).not.toContain('another network')
    await page.getByRole('button', { name: 'Authorize device' }).click()
    await page.waitForSelector('text=Go back to your device')

    await terminal.waitFor(/Signed in to http:\S+ as root, until /u)
    expect(await terminal.exitCode).toBe(0)
    const { out } = await runCommand(home, ['query', 'shop', 'select 1', '--json'])
    expect(out).toBe('')
    expect((await runCommand(home, ['get', '/shop/orders.json'])).out).toContain('bolts')
    expect((await runCommand(home, ['get', '/shop/salaries.json'])).code).toBe(4)
  })

  it('says in the terminal that it was denied in the browser', async () => {
    const terminal = login()
    await terminal.waitFor(/Asking to read everything that you can read/u)
    const [, code = ''] = await terminal.waitFor(/ ([A-Z0-9]{4}-[A-Z0-9]{4})\r?\n/u)
    const page = await shop.context.newPage()
    await page.goto(`${shop.server.url}/-/oauth/device/verify?code=${code}`)
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.waitForSelector('text=The device gets nothing')
    await terminal.waitFor(/The request was denied in the browser. You are not signed in./u)
    expect(await terminal.exitCode).toBe(5)
  })

  it('stops at Ctrl-C', async () => {
    const terminal = login()
    await terminal.waitFor(/Waiting for you/u)
    terminal.press(CTRL_C)
    await terminal.exitCode
    expect(terminal.screen()).not.toContain('Signed in')
  })

  it('leaves the QR code out of a terminal that is too small for it', async () => {
    const terminal = startInTerminal(home, ['login', shop.server.url, '--no-browser'], { cols: 60, rows: 20 })
    await terminal.waitFor(/Waiting for you/u)
    expect(terminal.screen()).not.toContain('▀')
    terminal.press(CTRL_C)
    await terminal.exitCode
  })
})
