import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  actorOf,
  ALICE,
  approveDevice,
  authorizePath,
  BROWSER,
  CAROL,
  decideOn,
  jsonOf,
  locationOf,
  newDeveloper,
  obtainCode,
  obtainPair,
  pollOutcome,
  redeem,
  refresh,
  registerApp,
  requestDevice,
  startDeviceProvider,
  startProvider,
  type TestApp,
} from '../../test-app.ts'
import type { OAuthTables } from '../../storage/tables.ts'

let server: TestServer
beforeAll(async () => {
  server = await startProvider()
})
afterAll(() => server.close())

/** A new person for each test, who has one app. */
let owner: ReturnType<typeof newDeveloper>
let app: TestApp
beforeEach(async () => {
  owner = newDeveloper()
  app = await registerApp(server, 'confidential', 'https://app.example/cb', owner)
})

const get = (path: string, actor: { readonly id: string } = owner) =>
  server.request(path, { actor, headers: BROWSER })

const post = (path: string, form: Readonly<Record<string, string>>, actor: { readonly id: string } = owner) =>
  server.request(path, { actor, headers: BROWSER, form })

/** The cookie of a new secret, for the page that its POST leads to. */
function noteOf(response: Response): string {
  const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith('tapedeck_oauth_secret_'))
  expect(set).toMatch(/; Max-Age=60; Path=\/; HttpOnly; SameSite=Lax$/u)
  return set?.split(';')[0] ?? ''
}

/** Opens a page with a cookie beside that of the session. */
const follow = (
  response: Response,
  cookie: string,
  actor: { readonly id: string; readonly session?: string } = owner,
) => server.request(response.headers.get('location') ?? '', { actor, headers: { ...BROWSER, cookie } })

/** The note on the next page, out of the answer that left it. */
async function saidBy(response: Response): Promise<string> {
  const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith('ds_messages'))
  return (await follow(response, set?.split(';')[0] ?? '')).text()
}

async function listed(): Promise<readonly unknown[]> {
  const response = await server.request('/-/oauth/clients.json', { actor: owner })
  return Object.values(await jsonOf(response))
}

const db = () => server.store.$extendTables<OAuthTables>()

const secretIn = (page: string): string | undefined => /\b[0-9a-f]{64}\b/u.exec(page)?.[0]

describe('/-/oauth/clients', () => {
  it('lists the person’s apps, without a secret', async () => {
    const page = await (await get('/-/oauth/clients')).text()
    expect(page).toContain('Report Maker')
    expect(page).toContain(`href="/-/oauth/clients/${app.clientId}"`)
    expect(page).toContain(`${server.origin}/-/oauth/authorize`)
    expect(secretIn(page)).toBeUndefined()
  })

  it('registers an app and leads to its page, which shows the secret once', async () => {
    const form = {
      client_name: 'New',
      redirect_uris: 'https://new.example/\r\nhttp://127.0.0.1/cb',
      client_type: 'confidential',
    }
    const response = await post('/-/oauth/clients', form)
    expect([response.status, response.headers.get('cache-control')]).toEqual([303, 'no-store'])
    const [, created] = await listed()
    const { client_id: id, redirect_uris: uris } = created as { client_id: string; redirect_uris: string[] }
    expect(response.headers.get('location')).toBe(`/-/oauth/clients/${id}`)
    expect(uris).toEqual(['https://new.example/', 'http://127.0.0.1/cb'])
    expect(await response.text()).toBe('')

    const shown = await follow(response, noteOf(response))
    expect(shown.headers.get('cache-control')).toBe('no-store')
    expect(shown.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^tapedeck_oauth_secret_[0-9a-f]{32}=; Max-Age=0;/u),
    ])
    const secret = secretIn(await shown.text()) ?? ''
    const code = await obtainCode(server, { ...app, clientId: id, redirectUri: 'https://new.example/' })
    const redeemed = await redeem(
      server,
      { ...app, clientId: id, redirectUri: 'https://new.example/', secret },
      code,
    )
    expect(redeemed.status).toBe(200)
    expect(await (await follow(response, '')).text()).not.toContain(secret)
    expect(await listed()).toHaveLength(2)
  })

  it('shows a secret to nobody but whoever made it, in their session, on the page of its app', async () => {
    const form = { client_name: 'New', redirect_uris: 'https://new.example/' }
    const response = await post('/-/oauth/clients', form)
    const note = noteOf(response)
    expect(decodeURIComponent(note)).not.toMatch(/[0-9a-f]{64}/u)
    const other = `/-/oauth/clients/${app.clientId}`
    const elsewhere = note.replace(/^[^=]*/u, `tapedeck_oauth_secret_${app.clientId}`)
    const pages = [
      await follow(response, note, { ...owner, session: 'another' }),
      await follow(response, `${note}x`),
      await server.request(other, { actor: owner, headers: { ...BROWSER, cookie: note } }),
      await server.request(other, { actor: owner, headers: { ...BROWSER, cookie: elsewhere } }),
    ]
    for (const page of pages) {
      expect(page.status).toBe(200)
      expect(secretIn(await page.text())).toBeUndefined()
    }
    expect((await follow(response, note, newDeveloper())).status).toBe(404)
    expect(secretIn(await (await follow(response, note)).text())).toBeDefined()
  })

  it('leads to the page of a public app, which has no secret', async () => {
    const form = { client_name: 'Native', redirect_uris: 'http://127.0.0.1/cb', client_type: 'public' }
    const response = await post('/-/oauth/clients', form)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(/^\/-\/oauth\/clients\/[0-9a-f]{32}$/u)
  })

  it('keeps what was typed after a mistake, and says what is wrong', async () => {
    const response = await post('/-/oauth/clients', {
      client_name: 'Typed name',
      redirect_uris: 'javascript:alert(1)',
    })
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain('Typed name')
    expect(page).toContain('javascript:alert(1)')
    expect(page).not.toContain('href="javascript:')
    expect(page).toContain('Line 1 (javascript:alert(1)) has the scheme javascript')
    expect(page).toMatch(/<textarea [^>]*aria-invalid="true"[^>]* autofocus/u)
    expect(await listed()).toHaveLength(1)
  })

  it('leads a browser that is signed out to the sign-in page', async () => {
    const response = await server.request('/-/oauth/clients', { headers: BROWSER })
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      `/-/sign-in?next=${encodeURIComponent('/-/oauth/clients')}`,
    ])
  })

  it('tells somebody without the permission, as a page and as JSON', async () => {
    expect((await get('/-/oauth/clients', CAROL)).status).toBe(403)
    const program = await server.request('/-/oauth/clients', { actor: CAROL })
    expect(await jsonOf(program)).toEqual({ error: 'Permission denied' })
  })

  it('stands in the menu of those who may use it', async () => {
    const menu = 'href="/-/oauth/clients"'
    expect(await (await get('/-/oauth/clients')).text()).toContain(menu)
    expect(await (await get('/-/oauth/clients', CAROL)).text()).not.toContain(menu)
  })
})

describe('/-/oauth/clients/{client_id}', () => {
  const path = () => `/-/oauth/clients/${app.clientId}`

  it('changes name and addresses and leads back', async () => {
    const form = { do: 'edit', client_name: 'Renamed', redirect_uris: 'https://renamed.example/' }
    const response = await post(path(), form)
    expect([response.status, response.headers.get('location')]).toEqual([303, path()])
    expect(await listed()).toMatchObject([
      { client_name: 'Renamed', redirect_uri: 'https://renamed.example/' },
    ])
  })

  it('keeps what was typed after a mistake', async () => {
    const response = await post(path(), {
      do: 'edit',
      client_name: '',
      redirect_uris: 'http://nope.example/',
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('http://nope.example/')
    expect(await listed()).toMatchObject([{ client_name: 'Report Maker' }])
  })

  it('makes a second secret, shown once, and retires the first after asking', async () => {
    const rotated = await post(path(), { do: 'rotate' })
    expect([rotated.status, rotated.headers.get('location')]).toEqual([303, path()])
    const page = await (await follow(rotated, noteOf(rotated))).text()
    expect(secretIn(page)).toMatch(/^[0-9a-f]{64}$/u)
    expect(secretIn(page)).not.toBe(app.secret)
    expect(page.match(/value="retire"/gu)).toHaveLength(2)
    expect(await saidBy(await post(path(), { do: 'rotate' }))).toContain('an app has at most two')

    const secretId = /name="secret_id" value="(?<id>[^"]+)"/u.exec(page)?.groups?.['id'] ?? ''
    const asked = await (await post(path(), { do: 'retire', secret_id: secretId })).text()
    expect(asked).toContain('value="confirm-retire"')
    expect(asked).toContain(`name="secret_id" value="${secretId}"`)
    expect(await listed()).toMatchObject([{ secrets: [{}, {}] }])
    expect(await saidBy(await post(path(), { do: 'confirm-retire', secret_id: secretId }))).toContain(
      'The secret was retired.',
    )
    const after = await (await get(path())).text()
    expect(after).not.toContain('value="retire"')
    expect(after).not.toContain(secretId)
    for (const deed of ['retire', 'confirm-retire']) {
      const again = await post(path(), { do: deed, secret_id: secretId })
      expect([again.status, await saidBy(again)]).toEqual([303, expect.stringContaining('No secret was')])
    }
  })

  it('says what was done', async () => {
    const edit = { do: 'edit', client_name: 'Renamed', redirect_uris: 'https://renamed.example/' }
    expect(await saidBy(await post(path(), edit))).toContain('The changes were saved.')
    expect(await saidBy(await post(path(), { do: 'confirm-change-type' }))).toContain(
      'The app is public now.',
    )
    const gone = await post(path(), { do: 'confirm-delete', typed_name: 'Renamed' })
    expect(await saidBy(gone)).toContain('“Renamed” was deleted.')
  })

  it('asks before it deletes', async () => {
    const asked = await post(path(), { do: 'delete' })
    expect(asked.status).toBe(200)
    expect(await asked.text()).toContain('value="confirm-delete"')
    expect(await listed()).toHaveLength(1)

    for (const typed of [{}, { typed_name: 'report maker' }]) {
      const refused = await post(path(), { do: 'confirm-delete', ...typed })
      expect([refused.status, await refused.text()]).toEqual([
        400,
        expect.stringContaining('not the name of the app'),
      ])
    }
    expect(await listed()).toHaveLength(1)
    const deleted = await post(path(), { do: 'confirm-delete', typed_name: ' Report Maker ' })
    expect([deleted.status, deleted.headers.get('location')]).toEqual([303, '/-/oauth/clients'])
    expect(await listed()).toEqual([])
  })

  it('tells the consequences of another type, then changes it and back', async () => {
    const asked = await post(path(), { do: 'change-type' })
    expect(await asked.text()).toContain('Its secrets stop working at once')
    expect((await post(path(), { do: 'confirm-change-type' })).status).toBe(303)
    expect(await listed()).toMatchObject([{ client_type: 'public', secrets: [] }])

    const changed = await post(path(), { do: 'confirm-change-type' })
    const shown = await (await follow(changed, noteOf(changed))).text()
    expect(secretIn(shown)).toBeDefined()
    expect(secretIn(shown)).not.toBe(app.secret)
    expect(await listed()).toMatchObject([{ client_type: 'confidential', secrets: [{}] }])
  })

  it('changes the type once when the answer is sent twice, and not back', async () => {
    await post(path(), { do: 'confirm-change-type' })
    const asked = await (await post(path(), { do: 'change-type' })).text()
    expect(asked).toContain('name="client_type" value="confidential"')
    const sent = { do: 'confirm-change-type', client_type: 'confidential' }
    for (const answer of [await post(path(), sent), await post(path(), sent)]) expect(answer.status).toBe(303)
    expect(await listed()).toMatchObject([{ client_type: 'confidential', secrets: [{}] }])
  })

  it('ends codes that wait for the secret when the app becomes public', async () => {
    const code = await obtainCode(server, app)
    await post(path(), { do: 'confirm-change-type' })
    const answer = await redeem(server, { ...app, secret: null }, code)
    expect([answer.status, await jsonOf(answer)]).toMatchObject([400, { error: 'invalid_grant' }])
  })

  it('T100: ends what only the secret protected when the app becomes public: refresh tokens and waiting devices', async () => {
    const own = await startDeviceProvider({ access_token_ttl: 600 })
    const confidential = await registerApp(own)
    const { access, refresh: token } = await obtainPair(own, confidential)
    const client = { client_id: confidential.clientId, client_secret: String(confidential.secret) }
    const scope = '[["view-instance"]]'
    const waiting = await requestDevice(own, { ...client, scope })
    const approved = await requestDevice(own, { ...client, scope })
    await approveDevice(own, approved)
    const changed = await own.request(`/-/oauth/clients/${confidential.clientId}`, {
      actor: ALICE,
      headers: BROWSER,
      form: { do: 'confirm-change-type' },
    })
    expect(changed.status).toBe(303)

    const open = { ...confidential, secret: null }
    expect(await jsonOf(await refresh(own, open, token))).toMatchObject({ error: 'invalid_grant' })
    for (const codes of [waiting, approved]) {
      expect(await pollOutcome(own, codes, { client_id: confidential.clientId })).toBe('expired_token')
    }
    expect((await actorOf(own, access)).status).toBe(200)
    await own.close()
  })

  it('says when the app and its secrets were last used, to the minute, and how many people give it access', async () => {
    for (const actor of [{ id: 'ann' }, { id: 'ben' }]) {
      const answer = await decideOn(server, authorizePath(app), undefined, actor)
      await redeem(server, app, locationOf(answer).searchParams.get('code') ?? '')
    }
    const at = '2027-01-15T08:00:00Z'
    expect(await listed()).toMatchObject([{ people: 2, last_used_at: at, secrets: [{ last_used_at: at }] }])
    expect(await (await post(path(), { do: 'delete' })).text()).toContain('2 people lose the access')
    await db()
      .updateTable('tapedeck_oauth_grants')
      .set({ last_used_at: server.now() + 60 })
      .execute()
    expect(await listed()).toMatchObject([{ last_used_at: '2027-01-15T08:01:00Z' }])
    await db().updateTable('tapedeck_oauth_grants').set({ ends_at: server.now() }).execute()
    expect(await listed()).toMatchObject([{ people: 0 }])
  })

  it('T12: shows its owner the last request that was refused, and what it differs in', async () => {
    const refuse = (redirect_uri: string) =>
      server.request(authorizePath(app, { redirect_uri }), { actor: CAROL, headers: BROWSER })
    expect(await (await get(path())).text()).not.toContain('A request was refused')
    const answer = await refuse('https://app.example:8443/cb')
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(await answer.text()).toContain('the request differs in the port.')
    await refuse('https://app.example/cb/?<script>&\u0000\u202e')

    const page = await (await get(path())).text()
    expect(page).toContain('A request was refused because of its redirect URI')
    expect(page).toContain('The request differs in a trailing slash and the query.')
    expect(page).not.toContain('<script>&')

    await refuse(`https://app.example/${'x'.repeat(60_000)}`)
    expect((await (await get(path())).text()).length).toBeLessThan(40_000)
  })

  it('says that a public app could use another port on a loopback address', async () => {
    const local = await registerApp(server, 'confidential', 'http://127.0.0.1:5000/cb', owner)
    await server.request(authorizePath(local, { redirect_uri: 'http://127.0.0.1:5001/cb' }), {
      actor: CAROL,
      headers: BROWSER,
    })
    const own = `/-/oauth/clients/${local.clientId}`
    const page = await (await get(own)).text()
    expect(page).toContain('The request differs in the port. Only a public app may use another port')
    await post(own, { do: 'confirm-change-type' })
    expect(await (await get(own)).text()).toContain('it would match')
  })

  it('does nothing when it is not told what to do', async () => {
    expect((await post(path(), {})).status).toBe(303)
    expect(await listed()).toMatchObject([{ client_name: 'Report Maker' }])
  })

  it('is for the owner alone', async () => {
    const bob = newDeveloper()
    expect((await get(path(), bob)).status).toBe(404)
    for (const deed of [
      'edit',
      'rotate',
      'retire',
      'confirm-retire',
      'change-type',
      'confirm-change-type',
      'delete',
      'confirm-delete',
    ]) {
      const form = {
        do: deed,
        typed_name: 'Report Maker',
        client_name: 'x',
        redirect_uris: 'https://x.example/',
      }
      expect((await post(path(), form, bob)).status).toBe(404)
    }
    expect((await get('/-/oauth/clients/nonsense')).status).toBe(404)
    expect(await listed()).toMatchObject([
      { client_name: 'Report Maker', client_type: 'confidential', secrets: [{}] },
    ])
  })

  it('is closed to tokens, whoever they belong to', async () => {
    const token = `dstok_${server.signer.sign({ a: owner.id, t: server.now() }, 'token')}`
    for (const request of [{ token }, { token, form: { do: 'rotate' } }]) {
      expect((await server.request(path(), { headers: BROWSER, ...request })).status).toBe(403)
    }
    expect(await listed()).toMatchObject([{ secrets: [{}] }])
  })

  it('T35: refuses what another site made the browser send', async () => {
    const headers = { ...BROWSER, 'sec-fetch-site': 'cross-site' }
    const response = await server.request(path(), { actor: owner, headers, form: { do: 'confirm-delete' } })
    expect(response.status).toBe(403)
    expect(await listed()).toHaveLength(1)
  })
})
