import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findPort } from '../../demo/processes.ts'
import { startApp, type App } from '../support/app.ts'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { CLIENT, startIdentityProvider, type RealProvider } from '../support/identity-provider.ts'
import {
  authorizationRequest,
  redeem,
  registerApp,
  signInAsRoot,
  type Registration,
} from '../support/person.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'
import { BOTH_TABLES } from '../support/shop.ts'

let provider: RealProvider
let server: ServerProcess
let app: App
let registered: Registration
let browser: Browser
let close: () => Promise<void>
let context: BrowserContext

beforeAll(async () => {
  const port = await findPort(0)
  const base = `http://127.0.0.1:${port}`
  provider = await startIdentityProvider({
    redirectUris: [`${base}/-/oidc/corp/callback`],
    postLogoutRedirectUris: [`${base}/`],
  })
  const site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text);
     create table salaries (person text primary key, amount integer);`,
    {
      allow: { groups: 'staff', id: 'root' },
      permissions: { 'oauth-manage-clients': { id: 'root' } },
      plugins: {
        oidc: { name: 'corp', label: 'Sign in with Corp', issuer: provider.issuer, ...CLIENT },
      },
    },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--root', '-p', String(port)))
  app = await startApp()
  const fields = { client_name: 'Report Maker', redirect_uri: app.redirectUri }
  registered = await registerApp(await signInAsRoot(server), server, fields)
  context = await browser.newContext()
})
afterAll(async () => {
  await close()
  app.close()
  await provider.close()
})

beforeEach(() => {
  provider.person = { id: 'user-1', claims: { name: 'Ann', groups: ['staff'] } }
})

describe('an app sends somebody who is signed out', () => {
  it('T25: they sign in at the provider, land on the consent page with everything intact, and the app gets a token', async () => {
    const page = await context.newPage()
    const state = 'é&=+ 1'
    const request = {
      client_id: registered.clientId,
      redirect_uri: app.redirectUri,
      scope: BOTH_TABLES,
      state,
    }
    const asked = authorizationRequest(server, request)
    await page.goto(asked.href)
    expect(new URL(page.url()).pathname).toBe('/-/sign-in')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'sign-in-provider')

    await page.getByRole('link', { name: 'Sign in with Corp', exact: true }).click()
    await page.waitForSelector('text=Signed in as')
    expect(page.url()).toBe(asked.href)
    const shown = await page.innerText('main')
    expect(shown).toContain('Report Maker')
    expect(shown).toContain('Ann')
    await page.getByRole('button', { name: 'Authorize' }).click()
    await page.waitForURL(`${app.redirectUri}?*`)

    const answer = new URL(page.url()).searchParams
    expect(answer.get('state')).toBe(state)
    const tokens = (await (
      await redeem(server, registered, answer.get('code') ?? '', app.redirectUri)
    ).json()) as {
      access_token: string
    }
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    const answers = ['orders', 'nothing'].map((table) =>
      fetch(`${server.url}/shop/${table}.json`, { headers }),
    )
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 404])
  })

  it('takes a group that they lost at the provider from their apps, once they sign in again', async () => {
    provider.person = { id: 'user-2', claims: { name: 'Ben', groups: ['staff'] } }
    const own = await browser.newContext()
    const page = await own.newPage()
    const request = { client_id: registered.clientId, redirect_uri: app.redirectUri, scope: BOTH_TABLES }
    const signIn = `${server.url}/-/oidc/corp/login`
    await page.goto(signIn)
    await page.goto(authorizationRequest(server, request).href)
    await page.getByRole('button', { name: 'Authorize' }).click()
    await page.waitForURL(`${app.redirectUri}?*`)
    const code = new URL(page.url()).searchParams.get('code') ?? ''
    const { access_token: token } = (await (
      await redeem(server, registered, code, app.redirectUri)
    ).json()) as {
      access_token: string
    }
    const ordersStatus = async () => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${server.url}/shop/orders.json`, { headers })).status
    }
    expect(await ordersStatus()).toBe(200)

    for (const [groups, status] of [
      [['guests'], 403],
      [['staff'], 200],
    ] as const) {
      provider.person = { id: 'user-2', claims: { name: 'Ben', groups } }
      await page.goto(signIn)
      expect(await ordersStatus()).toBe(status)
    }
    await own.close()
  })

  it('is told why the provider did not let them in, and where to begin again', async () => {
    const signedOut = await browser.newContext()
    const page = await signedOut.newPage()
    provider.refuses = true
    await page.goto(`${server.url}/-/oidc/corp/login`)
    await page.waitForSelector('text=You are not signed in')
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'sign-in-refused')
    provider.refuses = false
    await signedOut.close()
  })

  it('signs out everywhere: another browser of theirs is signed out as well', async () => {
    const other = await browser.newContext()
    const elsewhere = await other.newPage()
    await elsewhere.goto(`${server.url}/-/oidc/corp/login`)
    expect((await elsewhere.request.get(`${server.url}/-/actor.json`)).ok()).toBe(true)

    const page = await context.newPage()
    await page.goto(`${server.url}/-/logout`)
    expect(await seriousFaults(page)).toEqual([])
    await takeScreenshots(page, 'sign-out')
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.waitForLoadState()
    const actor = await elsewhere.request.get(`${server.url}/-/actor.json`)
    expect(await actor.json()).toEqual({ ok: true, actor: null })
    await other.close()
  })
})
