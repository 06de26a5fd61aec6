import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type App } from '../support/app.ts'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import {
  authorizationRequest,
  redeem,
  registerApp,
  signInAsRoot,
  type Registration,
} from '../support/person.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, runCommand, type ServerProcess, type Site } from '../support/server-process.ts'
import { BOTH_TABLES } from '../support/shop.ts'

const PASSWORD = 'copper otter sings at noon'
const OTHER_PASSWORD = 'seven quiet lamps, one moth'

let site: Site
let server: ServerProcess
let app: App
let registered: Registration
let browser: Browser
let close: () => Promise<void>

beforeAll(async () => {
  site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table salaries (person text primary key, amount integer);`,
    {
      allow: { id: ['ann', 'root'] },
      permissions: { 'oauth-manage-clients': { id: 'root' } },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
  app = await startApp()
  const fields = { client_name: 'Report Maker', redirect_uri: app.redirectUri }
  registered = await registerApp(await signInAsRoot(server), server, fields)
})
afterAll(async () => {
  await close()
  app.close()
})

/** The link that the command prints. */
const invitationFor = (name: string): string =>
  /^http\S+$/mu.exec(runCommand(site, ['users', 'add', name, '--url', server.url]))?.[0] ?? ''

const looked = async (page: Page, name: string) => {
  expect(await seriousFaults(page)).toEqual([])
  await takeScreenshots(page, name)
}

const consentOf = (state: string) =>
  authorizationRequest(server, {
    client_id: registered.clientId,
    redirect_uri: app.redirectUri,
    scope: BOTH_TABLES,
    state,
  }).href

describe('somebody with an account of this site', () => {
  it('is added while the server runs, opens the link, chooses a password, and is signed in', async () => {
    const link = invitationFor('ann')
    const page = await browser.newPage()
    await page.goto(link)
    await looked(page, 'password-invitation')
    await page.getByLabel('New password').fill('passwordpassword')
    await page.getByLabel('Repeat it').fill('passwordpassword')
    await page.getByRole('button', { name: 'Set password and sign in' }).click()
    await page.waitForSelector('text=This is easy to guess')
    await looked(page, 'password-easy')

    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('Repeat it').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${server.url}/`)
    expect(await page.innerText('main')).toContain('shop')
    await page.goto(link)
    await looked(page, 'password-invitation-over')
    await page.close()
  })

  it('lands on the consent page with everything intact when an app sends them, also without scripts, and the app gets a token', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const asked = consentOf('é&=+ 1')
    await page.goto(asked)
    await page.getByRole('link', { name: 'Sign in with a password' }).click()
    await page.getByLabel('Name').fill('Ann')
    await page.getByLabel('Password').fill('something else')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=The name or the password is wrong')
    expect(await page.getByLabel('Name').inputValue()).toBe('Ann')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(asked)

    await page.getByRole('button', { name: 'Authorize' }).click()
    await page.waitForURL(`${app.redirectUri}?*`)
    const answer = new URL(page.url()).searchParams
    expect(answer.get('state')).toBe('é&=+ 1')
    const tokens = await redeem(server, registered, answer.get('code') ?? '', app.redirectUri)
    const { access_token: token } = (await tokens.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${server.url}/shop/orders.json`, { headers })).status).toBe(200)

    runCommand(site, ['users', 'remove', 'ann'])
    expect((await fetch(`${server.url}/shop/orders.json`, { headers })).status).toBe(401)
    await context.close()
  })

  it('changes the password by keyboard alone, and finds the page in the menu', async () => {
    const added = invitationFor('ann')
    const page = await browser.newPage()
    await page.goto(added)
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('Repeat it').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${server.url}/`)

    await page.locator('summary', { hasText: 'ann' }).press('Enter')
    await page.getByRole('link', { name: 'Change password' }).press('Enter')
    await page.waitForSelector('text=Change your password')
    await looked(page, 'password-change')
    await page.getByLabel('Current password').fill('no')
    await page.getByLabel('New password').fill(OTHER_PASSWORD)
    await page.getByLabel('Repeat it').fill(OTHER_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=This is not your password')
    await looked(page, 'password-change-refused')
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByLabel('New password').fill(OTHER_PASSWORD)
    await page.getByLabel('Repeat it').fill(OTHER_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=Your password was changed')
    await page.close()
  })

  it('signs in with the new password, and finds where they are signed in', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(server.url)
    await page.waitForSelector('text=This site is not public')
    await looked(page, 'not-public')
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await looked(page, 'sign-in-choices')
    await page.getByRole('link', { name: 'Sign in with a password' }).click()
    await looked(page, 'password-sign-in')
    await page.getByLabel('Name').fill('ann')
    await page.getByLabel('Password').fill(OTHER_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${server.url}/`)
    await page.locator('summary', { hasText: 'ann' }).press('Enter')
    await page.getByRole('link', { name: 'Where you are signed in' }).press('Enter')
    await page.waitForSelector('text=Sign out everywhere')
    await context.close()
  })
})
