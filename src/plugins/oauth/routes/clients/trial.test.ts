import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  authorizePath,
  BROWSER,
  CAROL,
  jsonOf,
  locationOf,
  newDeveloper,
  redeem,
  registerApp,
  startProvider,
  tickedBoxes,
  ticketOf,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
beforeAll(async () => {
  server = await startProvider()
})
afterAll(() => server.close())

let owner: ReturnType<typeof newDeveloper>
let app: TestApp
beforeEach(async () => {
  owner = newDeveloper()
  app = await registerApp(server, 'confidential', 'https://app.example/cb', owner)
})

const get = (path: string, actor: { readonly id: string } = owner) =>
  server.request(path, { actor, headers: BROWSER })

/** Presses "Try it": the address of the authorization request. */
async function start(scope = 'read', of: TestApp = app): Promise<URL> {
  const form = { do: 'try', scope }
  const answer = await server.request(`/-/oauth/clients/${of.clientId}`, {
    actor: owner,
    headers: BROWSER,
    form,
  })
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store'])
  return new URL(answer.headers.get('location') ?? '', server.origin)
}

/** Decides on the consent page: where the browser is sent. */
async function decide(request: URL, form?: Readonly<Record<string, string>>): Promise<URL> {
  const page = await (await get(request.pathname + request.search)).text()
  const answer = await server.request('/-/oauth/authorize', {
    actor: owner,
    headers: BROWSER,
    form: { ticket: ticketOf(page), ...(form ?? tickedBoxes(page)) },
  })
  return locationOf(answer)
}

const open = (url: URL, actor: { readonly id: string } = owner) => get(url.pathname + url.search, actor)

async function people(): Promise<unknown> {
  const path = `/-/oauth/clients.json?client_id=${app.clientId}`
  const [found]: unknown[] = Object.values(await jsonOf(await server.request(path, { actor: owner })))
  return found !== null && typeof found === 'object' && 'people' in found ? found.people : null
}

/** Refused before anything can be redirected. */
async function expectRefused(request: URL, actor: { readonly id: string } = owner): Promise<void> {
  const answer = await open(request, actor)
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
}

describe('trying an app', () => {
  it.each(['confidential', 'public'] as const)(
    'shows each step of the flow of a %s app, without a token',
    async (kind) => {
      app = await registerApp(server, kind, 'https://app.example/cb', owner)
      const back = await decide(await start('view-instance insert-row:team/posts'))
      expect(`${back.origin}${back.pathname}`).toBe(`${server.origin}/-/oauth/try`)

      const answer = await open(back)
      const page = await answer.text()
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(page).toContain('It works')
      expect(page).toContain('&quot;scope&quot;: &quot;view-instance')
      expect(page).toContain('&quot;access_token&quot;: &quot;(not shown)&quot;')
      expect(page).not.toContain('dstok_')
      expect(page).not.toContain(back.searchParams.get('code') ?? '')
      expect(page).not.toContain(back.searchParams.get('state') ?? '')
    },
  )

  it('shows what was typed to ask for, also when it is refused, and keeps it for the next time', async () => {
    for (const scope of ['view-instance insert-row:team/posts', 'no-such-action']) {
      const request = await start(scope)
      const isRefused = scope === 'no-such-action'
      const back = isRefused ? locationOf(await open(request)) : await decide(request)
      const page = await (await open(back)).text()
      const query = new URLSearchParams({ scope }).toString()
      expect(page).toContain(`&amp;${query}&amp;state=RANDOM`)
      const link = `/-/oauth/clients/${app.clientId}?${query}#try`
      expect(page).toContain(`href="${link}"`)
      expect(await (await get(link.replace('#try', ''))).text()).toContain(`value="${scope}"`)
    }
  })

  it('shows what the introspection endpoint tells of such a token', async () => {
    const page = await (await open(await decide(await start()))).text()
    const [, html = ''] = page.split('aria-label="the introspection"')
    const told: unknown = JSON.parse(
      (/<code>(?<json>[^<]*)<\/code>/u.exec(html)?.groups?.['json'] ?? '').replaceAll('&quot;', '"'),
    )
    expect(told).toMatchObject({
      active: true,
      client_id: app.clientId,
      sub: owner.id,
      iat: server.now(),
      aud: server.origin,
      iss: server.origin,
    })
  })

  it('says on the consent page that it is a trial, and of no other request', async () => {
    const trial = await (await open(await start())).text()
    expect(trial).toContain('This is a trial of your own app')
    expect(trial).not.toContain('until you take it back')
    expect(await (await get(authorizePath(app))).text()).not.toContain('trial')
  })

  it('takes a scope of any length for what it is', async () => {
    const refused = await open(await start('x'.repeat(20_000)))
    expect(await (await open(locationOf(refused))).text()).toContain('invalid_scope')
  })

  it('ends the access at once, and takes a code once', async () => {
    const back = await decide(await start())
    expect(await people()).toBe(1)
    await open(back)
    expect(await people()).toBe(0)
    const again = await (await open(back)).text()
    expect(again).toContain('The code was not exchanged')
    expect(await people()).toBe(0)
  })

  it('shows what a person who denies does, and a scope that is refused', async () => {
    expect(await (await open(await decide(await start(), {}))).text()).toContain('You gave no access')
    const refused = await open(await start('no-such-action'))
    expect(await (await open(locationOf(refused))).text()).toContain('invalid_scope')
  })

  it('T57: opens no way back here for a request that this server did not write', async () => {
    const request = await start()
    for (const [name, value] of [
      ['state', 'opaque'],
      ['state', `${request.searchParams.get('state')}x`],
      ['code_challenge', 'c'.repeat(43)],
      ['redirect_uri', `${server.origin}/-/oauth/try/`],
      ['redirect_uri', `${server.origin}/-/oauth/try?next=https://evil.example`],
      ['redirect_uri', 'https://evil.example/-/oauth/try'],
    ] as const) {
      const changed = new URL(request)
      changed.searchParams.set(name, value)
      await expectRefused(changed)
    }
    for (const name of ['state', 'code_challenge', 'redirect_uri']) {
      const without = new URL(request)
      without.searchParams.delete(name)
      await expectRefused(without)
      const twice = new URL(request)
      twice.searchParams.append(name, request.searchParams.get(name) ?? '')
      await expectRefused(twice)
    }
  })

  it('T53: does not let a public app come back to another port of this server', async () => {
    app = await registerApp(server, 'public', 'http://127.0.0.1:5000/cb', owner)
    const request = await start()
    const returns = new URL(request.searchParams.get('redirect_uri') ?? '')
    returns.port = '9'
    request.searchParams.set('redirect_uri', returns.href)
    await expectRefused(request)
  })

  it('is for the owner, in the session that began it, and for one app', async () => {
    const request = await start()
    await expectRefused(request, newDeveloper())
    await expectRefused(request, CAROL)
    await expectRefused(request, { ...owner, role: 'developer', session: 'another' } as typeof owner)
    const other = await registerApp(server, 'confidential', 'https://app.example/cb', owner)
    const changed = new URL(request)
    changed.searchParams.set('client_id', other.clientId)
    await expectRefused(changed)

    const back = await decide(request)
    for (const actor of [newDeveloper(), { ...owner, session: 'another' }]) await expectRefused(back, actor)
    expect((await open(back, CAROL)).status).toBe(403)
    const token = `dstok_${server.signer.sign({ a: owner.id, t: server.now() }, 'token')}`
    expect((await server.request(back.pathname + back.search, { token, headers: BROWSER })).status).toBe(403)
    expect((await server.request(back.pathname + back.search, { headers: BROWSER })).status).toBe(302)
    // None of them used the code up.
    expect(await (await open(back)).text()).toContain('It works')
  })

  it('starts for the owner alone', async () => {
    const path = `/-/oauth/clients/${app.clientId}`
    const form = { do: 'try', scope: 'read' }
    expect((await server.request(path, { actor: newDeveloper(), headers: BROWSER, form })).status).toBe(404)
    const headers = { ...BROWSER, 'sec-fetch-site': 'cross-site' }
    expect((await server.request(path, { actor: owner, headers, form })).status).toBe(403)
  })

  it('T47: gives the code to nobody who holds the app’s secret, since the verifier stays here', async () => {
    const back = await decide(await start())
    const code = back.searchParams.get('code') ?? ''
    const returns = { ...app, redirectUri: `${server.origin}/-/oauth/try` }
    for (const verifier of [null, 'v'.repeat(43), back.searchParams.get('state')]) {
      const answer = await redeem(server, returns, code, { code_verifier: verifier })
      expect([answer.status, await jsonOf(answer)]).toMatchObject([400, { error: 'invalid_grant' }])
    }
    expect(await (await open(back)).text()).toContain('It works')
  })

  it('T67: takes no answer of another server, none that says something twice, and no other code', async () => {
    const back = await decide(await start())
    const foreign = new URL(back)
    foreign.searchParams.set('iss', 'https://other.example')
    await expectRefused(foreign)
    const twice = new URL(back)
    twice.searchParams.append('code', 'x')
    await expectRefused(twice)
    const otherCode = new URL(back)
    otherCode.searchParams.set('code', (await decide(await start())).searchParams.get('code') ?? '')
    expect(await (await open(otherCode)).text()).toContain('The code was not exchanged')
    expect(await (await open(back)).text()).toContain('It works')
  })

  it('is over with the app', async () => {
    const [request, back] = [await start(), await decide(await start())]
    const path = `/-/oauth/clients/${app.clientId}.json`
    await server.request(path, { actor: owner, method: 'DELETE' })
    await expectRefused(request)
    await expectRefused(back)
  })

  it('is not to be had where this server’s own address could be no redirect URI', async () => {
    const headers = { ...BROWSER, host: 'data.example' }
    const path = `/-/oauth/clients/${app.clientId}`
    expect(await (await server.request(path, { actor: owner, headers })).text()).toContain('over https')
    const answer = await server.request(path, { actor: owner, headers, form: { do: 'try' } })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path])
  })
})
