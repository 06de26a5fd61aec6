import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import { CONSENT_TICKET_TTL_SECONDS } from '../../protocol/consent-ticket.ts'
import {
  ALICE,
  BROWSER,
  CAROL,
  ask,
  authorizePath,
  decideOn,
  jsonOf,
  locationOf,
  pkcePair,
  registerApp,
  startProvider,
  ticketOf,
  tickedBoxes,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeAll(async () => {
  server = await startProvider()
  app = await registerApp(server)
})
afterAll(() => server.close())

const post = (form: Readonly<Record<string, string>>, actor: { readonly id: string } = CAROL) =>
  server.request('/-/oauth/authorize', { actor, headers: BROWSER, form })

/** Posts the decision as a program and as a browser: both learn why, and neither is sent anywhere. */
async function expectRefused(ticket: string, error: string, words: string): Promise<void> {
  const form = { ticket, scope_0: 'on' }
  const program = await server.request('/-/oauth/authorize', { actor: CAROL, form })
  expect([program.status, program.headers.get('location')]).toEqual([400, null])
  expect((await jsonOf(program))['error']).toBe(error)
  const browser = await post(form)
  expect([browser.status, browser.headers.get('location')]).toEqual([400, null])
  expect(await browser.text()).toContain(words)
}

async function grantCount(): Promise<number> {
  const rows = await server.store
    .$extendTables<{ tapedeck_oauth_grants: { grant_id: string } }>()
    .selectFrom('tapedeck_oauth_grants')
    .select('grant_id')
    .execute()
  return rows.length
}

describe('GET /-/oauth/authorize', () => {
  it('shows who asks, who is asked and what for', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    for (const text of ['Report Maker', 'app.example', 'carol', 'alice', 'Add rows to'])
      expect(page).toContain(text)
    expect(Object.keys(tickedBoxes(page))).toEqual(['scope_0', 'scope_1'])
  })

  it('says of a table that is not there that it is not, to nobody who could not see it', async () => {
    const words = 'There is no such table now. This holds once there is one.'
    const pageFor = async (table: string, actor?: { readonly id: string }) => {
      const scope = JSON.stringify([['view-table', 'team', table]])
      const request = actor === undefined ? {} : { actor }
      return (await ask(server, authorizePath(app, { scope }), request)).text()
    }
    expect(await pageFor('nope')).toContain(words)
    expect(await pageFor('posts')).not.toContain(words)
    // Whether there is a table `plans` is not for carol, and nothing differs by it.
    expect(await pageFor('plans')).not.toContain(words)
    const closed = await startProvider({}, { defaultDeny: true })
    const other = await registerApp(closed)
    const scope = '[["view-table","team","nope"]]'
    const page = await (await ask(closed, authorizePath(other, { scope }))).text()
    expect(page).toContain('nope')
    expect(page).not.toContain(words)
    await closed.close()
  })

  it('shows what an app says about itself as text', async () => {
    const response = await server.request('/-/oauth/clients.json', {
      actor: ALICE,
      json: { client_name: '<script>alert(1)</script>', redirect_uri: "https://app.example/'><b>" },
    })
    expect(response.status).toBe(400)
    const named = await server.request('/-/oauth/clients.json', {
      actor: ALICE,
      json: { client_name: '<script>alert(1)</script>', redirect_uri: "https://app.example/'" },
    })
    const clientId = String((await jsonOf(named))['client_id'])
    const scope = JSON.stringify([['view-table', '<img src=x>', '"><script>']])
    const page = await (
      await ask(
        server,
        authorizePath({ clientId, secret: null, redirectUri: "https://app.example/'" }, { scope }),
      )
    ).text()
    expect(page).not.toMatch(/<script>|<img/u)
    expect(page).toContain('&lt;img src=x&gt;')
  })

  it.each([
    ['nobody', {}, 'Authentication required'],
    ['an actor without id', { actor: { name: 'x' } }, 'Authentication required'],
  ])('tells a program that %s has to sign in', async (_who, request, error) => {
    const response = await server.request(authorizePath(app), request)
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect((await jsonOf(response))['error']).toBe(error)
  })

  it('refuses a token, from a program and from a browser', async () => {
    const token = `dstok_${server.signer.sign({ a: 'carol', t: server.now() }, 'token')}`
    const program = await server.request(authorizePath(app), { token })
    expect([program.status, (await jsonOf(program))['error']]).toEqual([
      403,
      'Token authentication cannot be used here',
    ])
    expect((await server.request(authorizePath(app), { token, headers: BROWSER })).status).toBe(403)
  })

  it('refuses a session with restrictions of its own: the token would have more than it', async () => {
    const actor = { id: 'carol', _r: { a: ['vi'] } }
    const response = await server.request(authorizePath(app), { actor })
    expect([response.status, (await jsonOf(response))['error']]).toEqual([
      403,
      'A restricted session cannot authorize apps',
    ])
  })

  it('T25: leads a browser that is signed out to the sign-in page and back to the exact address', async () => {
    const path = authorizePath(app, { state: 'a&b=ü' })
    const response = await server.request(path, { headers: BROWSER })
    expect(response.status).toBe(302)
    const location = new URL(response.headers.get('location') ?? '', server.origin)
    expect(location.origin).toBe(server.origin)
    expect(location.pathname).toBe('/-/sign-in')
    expect(location.searchParams.get('next')).toBe(path)
  })

  it.each([
    ['T12: an unknown client', { client_id: '1'.repeat(32) }, 'Invalid client_id'],
    ['T12: a client id of another form', { client_id: "' or 1=1 --" }, 'Invalid client_id'],
    [
      'T12: a redirect URI that is not registered',
      { redirect_uri: 'https://evil.example/' },
      'redirect_uri mismatch',
    ],
    [
      'T12: a redirect URI that only begins the same',
      { redirect_uri: 'https://app.example/cb/' },
      'redirect_uri mismatch',
    ],
    ['T11: no redirect URI', { redirect_uri: null }, 'redirect_uri mismatch'],
    ['T55: a javascript: redirect', { redirect_uri: 'javascript:alert(1)' }, 'redirect_uri mismatch'],
    [
      'T57: prompt=none with an unknown client',
      { client_id: '1'.repeat(32), prompt: 'none' },
      'Invalid client_id',
    ],
  ])('%s gets 400 and no redirect, as a page and as JSON', async (_attack, changes, error) => {
    const page = await ask(server, authorizePath(app, changes))
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.headers.get('content-type')).toMatch(/^text\/html/u)

    const json = await ask(server, authorizePath(app, changes), { headers: {} })
    expect([json.status, json.headers.get('location')]).toEqual([400, null])
    expect((await jsonOf(json))['error']).toBe(error)
  })

  it('T6: a client_id or redirect_uri sent twice gets 400 and no redirect', async () => {
    for (const name of ['client_id', 'redirect_uri'] as const) {
      const value = name === 'client_id' ? app.clientId : app.redirectUri
      const response = await ask(server, `${authorizePath(app)}&${name}=${encodeURIComponent(value)}`)
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
  })

  it.each([
    ['T8: no response_type', { response_type: null }, 'invalid_request'],
    ['T8: response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
    ['no state', { state: null }, 'invalid_request'],
    ['T15: a flat scope', { scope: '["view-instance"]' }, 'invalid_scope'],
    ['T15: four parts', { scope: '[["a","b","c","d"]]' }, 'invalid_scope'],
    ['T46: plain', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['T69: a foreign resource', { resource: 'https://other.example/' }, 'invalid_target'],
  ])('%s goes back to the client', async (_fault, changes, error) => {
    const response = await ask(server, authorizePath(app, changes))
    expect(response.status).toBe(302)
    const location = locationOf(response)
    expect(location.origin + location.pathname).toBe(app.redirectUri)
    expect(location.searchParams.get('error')).toBe(error)
    expect(location.searchParams.get('error_description')).toMatch(/\w/u)
    expect(location.searchParams.get('iss')).toBe(server.origin)
  })

  it('T44: asks a public client for PKCE', async () => {
    const native = await registerApp(server, 'public', 'http://127.0.0.1/cb')
    expect(locationOf(await ask(server, authorizePath(native))).searchParams.get('error')).toBe(
      'invalid_request',
    )
    const { challenge } = pkcePair()
    const pkce = {
      code_challenge: challenge,
      code_challenge_method: 'S256',
      redirect_uri: 'http://127.0.0.1:50123/cb',
    }
    expect((await ask(server, authorizePath(native, pkce))).status).toBe(200)
  })

  it('T59, T60: shows pages that nobody can frame, that tell no address and that no cache keeps', async () => {
    const pages = [
      await ask(server, authorizePath(app)),
      await ask(server, authorizePath(app, { client_id: 'x' })),
      await server.request('/-/oauth/clients', { actor: ALICE, headers: BROWSER }),
      await server.request(`/-/oauth/clients/${app.clientId}`, { actor: ALICE, headers: BROWSER }),
    ]
    for (const { headers } of pages) {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('form-action')
      expect(policy).not.toMatch(/https?:/u)
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })

  it('never lets other sites read it', async () => {
    const response = await ask(server, authorizePath(app), {
      headers: { ...BROWSER, origin: 'https://evil.example' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('T111: asks again, however often the same person gave the same', async () => {
    const native = await registerApp(server, 'public', 'com.example.app:/cb')
    const { challenge } = pkcePair()
    const path = authorizePath(native, { code_challenge: challenge, code_challenge_method: 'S256' })
    await decideOn(server, path)
    expect((await ask(server, path)).status).toBe(200)
  })

  it('answers other methods with 405', async () => {
    const response = await server.request('/-/oauth/authorize', { method: 'DELETE', actor: CAROL })
    expect([response.status, (await jsonOf(response))['error']]).toEqual([405, 'Method not allowed'])
  })
})

describe('POST /-/oauth/authorize', () => {
  it('T35: refuses a decision that another site made the browser send', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const response = await server.request('/-/oauth/authorize', {
        actor: CAROL,
        headers,
        form: { ticket: ticketOf(page), scope_0: 'on' },
      })
      expect([response.status, response.headers.get('location')]).toEqual([403, null])
    }
  })

  it('refuses a decision without the page: the fields of the request alone decide nothing', async () => {
    const before = await grantCount()
    const response = await post({
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      scope: '[["view-instance"]]',
      scope_0: 'on',
      state: 's',
    })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    expect(await grantCount()).toBe(before)
  })

  it('takes client, redirect URI, state and scopes from the page, whatever fields are posted beside it', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    const response = await post({
      ticket: ticketOf(page),
      scope_0: 'on',
      client_id: '1'.repeat(32),
      redirect_uri: 'https://evil.example/',
      state: 'other',
      scope: '[["view-table"]]',
      code_challenge: 'x',
    })
    const location = locationOf(response)
    expect(location.origin + location.pathname).toBe(app.redirectUri)
    expect(location.searchParams.get('state')).toBe('opaque')
  })

  it('refuses a page that was shown to somebody else', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    const response = await post({ ticket: ticketOf(page), scope_0: 'on' }, { id: 'bob' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('refuses a page of another session of the same person', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    const actor = { id: 'carol', name: 'signed in again' }
    const response = await post({ ticket: ticketOf(page), scope_0: 'on' }, actor)
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('takes one decision for a page', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    const form = { ticket: ticketOf(page), scope_0: 'on' }
    expect((await post({ ...form, deny: 'Deny' })).status).toBe(303)
    const before = await grantCount()
    const second = await post(form)
    expect([second.status, second.headers.get('location')]).toEqual([400, null])
    expect(await grantCount()).toBe(before)
  })

  it('of 20 decisions sent at once, takes one', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    const before = await grantCount()
    const form = { ticket: ticketOf(page), scope_0: 'on' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(form)))
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
    expect(await grantCount()).toBe(before + 1)
  })

  it('shows the page again when it was open for too long', async () => {
    const page = await (await ask(server, authorizePath(app))).text()
    server.advance(CONSENT_TICKET_TTL_SECONDS)
    const response = await post({ ticket: ticketOf(page), scope_0: 'on' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    const again = await response.text()
    expect(again).toContain('open for too long')
    expect((await post({ ticket: ticketOf(again), scope_0: 'on' })).status).toBe(303)
  })

  it('gives nothing to an app whose address was changed while the page was open, and says why', async () => {
    const moving = await registerApp(server)
    const page = await (await ask(server, authorizePath(moving))).text()
    const edit = { client_name: 'Moved', redirect_uri: 'https://new.example/' }
    await server.request(`/-/oauth/clients/${moving.clientId}.json`, { actor: ALICE, form: edit })
    await expectRefused(ticketOf(page), 'redirect_uri mismatch', 'Its addresses were changed')

    server.advance(CONSENT_TICKET_TTL_SECONDS)
    await expectRefused(ticketOf(page), 'redirect_uri mismatch', 'Its addresses were changed')
  })

  it('T44: gives no code without a challenge to an app that became public while the page was open', async () => {
    const own = await registerApp(server)
    const page = await (await ask(server, authorizePath(own))).text()
    await server.request(`/-/oauth/clients/${own.clientId}`, {
      actor: ALICE,
      headers: BROWSER,
      form: { do: 'confirm-change-type' },
    })
    await expectRefused(ticketOf(page), 'code_challenge is required', 'has no secret')
  })

  it('gives nothing to an app that was deleted while the page was open, and says why', async () => {
    const doomed = await registerApp(server)
    const page = await (await ask(server, authorizePath(doomed))).text()
    await server.request(`/-/oauth/clients/${doomed.clientId}.json`, { method: 'DELETE', actor: ALICE })
    await expectRefused(ticketOf(page), 'Invalid client_id', 'It was deleted')
  })

  it('tells a browser that was signed out meanwhile, without losing it in a redirect', async () => {
    const response = await server.request('/-/oauth/authorize', { headers: BROWSER, form: { ticket: 'x' } })
    expect([response.status, response.headers.get('location')]).toEqual([403, null])
    expect(await response.text()).toContain('signed out')
  })
})

describe('under a base URL', () => {
  it('keeps the prefix in every address', async () => {
    const prefixed = await startProvider({}, {}, { base_url: '/pfx/' })
    const own = await registerApp(prefixed)
    const signIn = await prefixed.request(`/pfx${authorizePath(own)}`, { headers: BROWSER })
    const location = new URL(signIn.headers.get('location') ?? '', prefixed.origin)
    expect(location.pathname).toBe('/pfx/-/sign-in')
    expect(location.searchParams.get('next')).toBe(`/pfx${authorizePath(own)}`)

    const page = await ask(prefixed, `/pfx${authorizePath(own)}`)
    expect(await page.text()).toContain('action="/pfx/-/oauth/authorize"')
    const denied = locationOf(await decideOn(prefixed, authorizePath(own), { deny: 'Deny' }))
    expect(denied.searchParams.get('iss')).toBe(`${prefixed.origin}/pfx`)
    await prefixed.close()
  })
})
