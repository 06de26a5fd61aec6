import { sql } from 'kysely'
import * as oauth from 'oauth4webapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import { COMMAND_LINE_CLIENT_ID } from '../../protocol/ids.ts'
import { MAX_UNVOUCHED_OF_PERSON } from '../../protocol/unvouched.ts'
import {
  actorOf,
  ALICE,
  ask,
  authorizePath,
  BROWSER,
  CAROL,
  decideDevice,
  decideOn,
  jsonOf,
  locationOf,
  MANAGER,
  obtainCode,
  pairOf,
  pkcePair,
  redeem,
  registerApp,
  startDeviceProvider,
  startProvider,
  tickedBoxes,
  ticketOf,
  type TestApp,
} from '../../test-app.ts'

const DAY_SECONDS = 86_400

const startOpen = () => startProvider({ enable_dynamic_registration: true })

let shared: TestServer
/** The one that is asked: `shared`, or one of a test's own. */
let server: TestServer
beforeAll(async () => {
  shared = await startOpen()
  server = shared
})
afterAll(() => shared.close())

let networks = 0

/** Registers from a network that was not there before, unless `request` names one. */
const register = (metadata: unknown, request: TestRequest = {}): Promise<Response> => {
  networks += 1
  return server.request('/-/oauth/register', {
    json: metadata,
    address: `10.${Math.floor(networks / 250)}.${networks % 250}.1`,
    ...request,
  })
}

const PUBLIC = {
  client_name: 'Note Taker',
  redirect_uris: ['https://notes.example/cb'],
  token_endpoint_auth_method: 'none',
}

/** Registers an app and knows it as its developer does. */
const registered = async (metadata: object = PUBLIC, request: TestRequest = {}): Promise<TestApp> => {
  const { client_id, client_secret, redirect_uris } = await jsonOf(await register(metadata, request))
  const [redirectUri] = Array.isArray(redirect_uris) ? redirect_uris : []
  return {
    clientId: String(client_id),
    secret: typeof client_secret === 'string' ? client_secret : null,
    redirectUri: String(redirectUri),
  }
}

const { challenge, verifier } = pkcePair()
const PKCE = { code_challenge: challenge, code_challenge_method: 'S256' }

/** Whether the authorization endpoint knows the client still. */
const isKnown = async (app: TestApp): Promise<boolean> =>
  (await ask(server, authorizePath(app, PKCE))).status === 200

describe('POST /-/oauth/register', () => {
  it('is off unless the configuration says otherwise, and is not advertised', async () => {
    const off = await startProvider()
    const answer = await off.request('/-/oauth/register', { json: PUBLIC })
    expect([answer.status, await jsonOf(answer)]).toEqual([
      403,
      { error: 'Dynamic client registration is not enabled' },
    ])
    const metadata = '/.well-known/oauth-authorization-server'
    expect(await jsonOf(await off.request(metadata))).not.toHaveProperty('registration_endpoint')
    expect(await jsonOf(await server.request(metadata))).toMatchObject({
      registration_endpoint: 'http://localhost:8001/-/oauth/register',
    })
    await off.close()
  })

  it('T94: answers 201 with all that was registered, and nothing of it may be kept by a cache', async () => {
    const metadata = {
      client_name: 'Report Maker',
      redirect_uris: ['https://app.example/cb', 'http://127.0.0.1/cb'],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      client_uri: 'https://app.example/',
      logo_uri: 'https://app.example/logo.png',
      policy_uri: 'https://app.example/policy',
      tos_uri: 'http://app.example/tos',
      scope: 'read offline_access',
      contacts: ['ops@app.example'],
      software_id: '4d2f',
      software_version: '1.2',
    }
    const answer = await register(metadata)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(await jsonOf(answer)).toEqual({
      ...metadata,
      client_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      client_id_issued_at: server.now(),
      client_secret: expect.stringMatching(/^[0-9a-f]{64}$/u),
      client_secret_expires_at: 0,
    })
  })

  it('T94: is found and used by a strict client that knows the issuer alone', async () => {
    const transport = {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (address: string, init: { readonly body?: unknown }) => {
        const body = typeof init.body === 'string' ? init.body : undefined
        return server.request(new URL(address).pathname, {
          address: '203.0.113.9',
          ...(body !== undefined && { json: JSON.parse(body) }),
        })
      },
    }
    const issuer = new URL('http://localhost:8001')
    const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...transport })
    const as = await oauth.processDiscoveryResponse(issuer, discovery)
    const metadata = { redirect_uris: ['https://app.example/cb'], grant_types: ['authorization_code'] }
    const answer = await oauth.dynamicClientRegistrationRequest(as, metadata, transport)
    expect(await oauth.processDynamicClientRegistrationResponse(answer)).toMatchObject({
      ...metadata,
      client_secret_expires_at: 0,
    })
  })

  it('T94: gives a public client no secret, and no time at which it would expire', async () => {
    const answer = await jsonOf(await register(PUBLIC))
    expect(answer).toMatchObject({ token_endpoint_auth_method: 'none' })
    expect(answer).not.toHaveProperty('client_secret')
    expect(answer).not.toHaveProperty('client_secret_expires_at')
  })

  it('T96: needs nothing but a redirect URI, and ignores what it does not know', async () => {
    const metadata = {
      redirect_uris: ['https://notes.example:8443/cb'],
      client_uri: null,
      'client_name#de': 'Notizen',
      application_type: 'web',
      jwks_uri: 'javascript:alert(1)',
      frontchannel_logout_uri: 'file:///etc/passwd',
      software_statement: 'x.y.z',
    }
    const answer = await jsonOf(await register(metadata))
    expect(answer).toMatchObject({
      client_name: 'notes.example:8443',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      application_type: 'web',
    })
    for (const ignored of ['jwks_uri', 'frontchannel_logout_uri', 'software_statement', 'client_name#de']) {
      expect(answer).not.toHaveProperty(ignored)
    }
  })

  it.each([
    [
      'an editor',
      {
        client_name: 'Visual Studio Code',
        client_uri: 'https://code.visualstudio.com',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        redirect_uris: [
          'https://insiders.vscode.dev/redirect',
          'https://vscode.dev/redirect',
          'http://127.0.0.1/',
          'http://127.0.0.1:33418/',
        ],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
    ],
    [
      'a chat on the web',
      {
        client_name: 'Claude',
        redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'openid email profile offline_access',
      },
    ],
    [
      'a command line that says next to nothing',
      { redirect_uris: ['http://127.0.0.1:49152/'], token_endpoint_auth_method: 'none' },
    ],
  ])('takes %s as it registers everywhere', async (_what, metadata) => {
    expect((await register(metadata)).status).toBe(201)
  })

  it('registers those of the grant types that it has, and says which', async () => {
    const asked = [
      'authorization_code',
      'implicit',
      'password',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]
    expect(await jsonOf(await register({ ...PUBLIC, grant_types: asked }))).toMatchObject({
      grant_types: ['authorization_code'],
    })
  })

  it.each([
    ['javascript:alert(1)'],
    ['JavaScript:alert(1)'],
    [' javascript:alert(1)'],
    ['java\tscript:alert(1)'],
    ['data:text/html,x'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
    ['blob:https://app.example/1'],
    ['http://app.example/cb'],
    ['http://127.0.0.1.evil.example/cb'],
    ['http://127.0.0.1:80@evil.example/cb'],
    ['https://user@app.example/cb'],
    ['https://app.example/cb#'],
    ['/cb'],
    ['not a url'],
    [`https://app.example/${'x'.repeat(2100)}`],
  ])('T95: refuses the redirect URI %j, beside a good one too', async (uri) => {
    for (const redirectUris of [[uri], ['https://app.example/cb', uri]]) {
      const answer = await register({ ...PUBLIC, redirect_uris: redirectUris })
      expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'invalid_redirect_uri'])
    }
  })

  it.each([[{}], [{ redirect_uris: [] }], [{ redirect_uris: null }], [{ redirect_uris: [''] }]])(
    'T95: refuses %j: it names no address',
    async (metadata) => {
      const answer = await register(metadata)
      expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'invalid_redirect_uri'])
    },
  )

  it.each([
    ['another way to prove itself', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['a way that is none', { token_endpoint_auth_method: '' }],
    ['only grant types that are not here', { grant_types: ['client_credentials'] }],
    ['no grant type', { grant_types: [] }],
    ['another response type', { response_types: ['token'] }],
    ['redirect URIs that are no list', { redirect_uris: 'https://app.example/cb' }],
    ['a redirect URI that is no text', { redirect_uris: [{}] }],
    ['a name that is no text', { client_name: ['x'] }],
    ['an empty name', { client_name: ' ' }],
    ['a name of nothing visible', { client_name: '\u200b' }],
    ['a name that turns the direction of text', { client_name: 'Bank\u202e' }],
    ['a name with a line end', { client_name: 'Bank\nRegistered on this site by alice.' }],
    ['a name that is too long', { client_name: 'x'.repeat(201) }],
    ['contacts that are no list', { contacts: 'ops@app.example' }],
    ['a scope that is no text', { scope: ['read'] }],
  ])('T95: refuses %s with invalid_client_metadata', async (_what, metadata) => {
    const answer = await register({ ...PUBLIC, ...metadata })
    const { error, error_description: description } = await jsonOf(answer)
    expect([answer.status, error]).toEqual([400, 'invalid_client_metadata'])
    expect(description).toEqual(expect.stringMatching(/./u))
  })

  it.each([
    [{ redirect_uris: 'https://app.example/cb' }, 'redirect_uris must be a list of texts'],
    [{ contacts: 'ops@app.example' }, 'contacts must be a list of at most 10 texts'],
    [{ client_name: ['x'] }, 'client_name must be a text of at most 2048 characters'],
  ])('T95: says what %j must be', async (metadata, description) => {
    const answer = await register({ ...PUBLIC, ...metadata })
    expect(await jsonOf(answer)).toMatchObject({ error_description: description })
  })

  it.each(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'])(
    'T96: takes only http and https as %s',
    async (member) => {
      const bad = [
        'javascript:alert(1)',
        'JAVASCRIPT:alert(1)',
        '\u0001javascript:alert(1)',
        'data:text/html,x',
      ]
      for (const uri of [
        ...bad,
        'vbscript:x',
        'file:///etc/passwd',
        '//app.example',
        'ftp://app.example',
        '',
        7,
      ]) {
        const answer = await register({ ...PUBLIC, [member]: uri })
        expect([uri, answer.status, (await jsonOf(answer))['error']]).toEqual([
          uri,
          400,
          'invalid_client_metadata',
        ])
      }
    },
  )

  it.each([
    ['[]', 'application/json'],
    ['"x"', 'application/json'],
    ['null', 'application/json'],
    ['{', 'application/json'],
    ['', 'application/json'],
    ['{"redirect_uris":["https://app.example/cb"]}', 'text/plain'],
    ['redirect_uris=https://app.example/cb', 'application/x-www-form-urlencoded'],
    [JSON.stringify({ ...PUBLIC, padding: 'x'.repeat(40_000) }), 'application/json'],
  ])('answers the body %.20j of type %s with invalid_client_metadata', async (body, type) => {
    const answer = await server.request('/-/oauth/register', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    })
    expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'invalid_client_metadata'])
  })

  it('T66: can be called by pages of any site, without cookies', async () => {
    const preflight = await server.request('/-/oauth/register', {
      method: 'OPTIONS',
      headers: { origin: 'https://inspector.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    const answer = await register(PUBLIC, {
      headers: { origin: 'https://inspector.example', 'sec-fetch-site': 'cross-site' },
    })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([201, '*'])
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('leaves a row in the audit trail, and the secret nowhere', async () => {
    const app = await registered({ redirect_uris: ['https://app.example/cb'] }, { address: '192.0.2.7' })
    const tables = await server.store.introspection.getTables()
    const names = tables.map(({ name }) => name).filter((name) => name.startsWith('tapedeck_oauth'))
    const dump = JSON.stringify(
      await Promise.all(
        names.map((name) =>
          server.store
            .selectFrom(name as never)
            .selectAll()
            .execute(),
        ),
      ),
    )
    expect(dump).toContain(app.clientId)
    expect(dump).toContain('client.created')
    expect(app.secret).toMatch(/^[0-9a-f]{64}$/u)
    expect(dump).not.toContain(app.secret)
    expect(JSON.stringify(server.log())).not.toContain(app.secret)
  })
})

describe('a client that registered itself', () => {
  it.each([
    ['public', PUBLIC],
    ['confidential', { redirect_uris: ['https://app.example/cb'] }],
  ])('gets a token as any %s client does', async (_kind, metadata) => {
    const app = await registered(metadata)
    const code = locationOf(await decideOn(server, authorizePath(app, PKCE))).searchParams.get('code') ?? ''
    expect((await redeem(server, app, code, { code_verifier: verifier })).status).toBe(200)
  })

  it('T111: is never spared the question, however often it was answered', async () => {
    const app = await registered()
    for (let times = 0; times < 3; times += 1) {
      const page = await ask(server, authorizePath(app, { ...PKCE, prompt: 'none' }))
      expect([page.status, page.headers.get('location')]).toEqual([200, null])
      expect(await page.text()).toContain('Nobody here vouches for its name')
      await decideOn(server, authorizePath(app, PKCE))
    }
  })

  it('T57: sends nobody on by itself with an error: the page says where the way back leads', async () => {
    const app = await registered()
    const path = authorizePath(app, { scope: '[["no-such-action"]]', ...PKCE })
    const answer = await ask(server, path)
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    const page = await answer.text()
    const href = /href="(?<href>https:\/\/notes[^"]*)"/u.exec(page)?.groups?.['href'] ?? ''
    const back = new URL(href.replaceAll('&amp;', '&'))
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'invalid_scope', state: 'opaque' })
    expect(page).toContain('Go back to notes.example')

    const program = await server.request(path, { actor: { id: 'carol' } })
    expect([program.status, program.headers.get('location')]).toEqual([400, null])
  })

  it('cannot pass its name off as words of this site', async () => {
    const app = await registered({ ...PUBLIC, client_name: '<b>Tapedeck</b> registered by alice' })
    const page = await (await ask(server, authorizePath(app, PKCE))).text()
    expect(page).toContain('<bdi class="name">&lt;b&gt;Tapedeck&lt;/b&gt; registered by alice</bdi>')
    expect(page).not.toContain('Registered on this site by')
    expect(page).toContain('notes.example')
  })

  it('cannot be changed or deleted by anybody with a right to their own clients', async () => {
    const { clientId } = await registered()
    for (const request of [{ method: 'DELETE' }, { json: PUBLIC }] as const) {
      const answer = await server.request(`/-/oauth/clients/${clientId}.json`, { actor: ALICE, ...request })
      expect(answer.status).toBe(403)
    }
    const page = await server.request(`/-/oauth/clients/${clientId}`, { actor: ALICE, headers: BROWSER })
    expect(page.status).toBe(404)
  })

  it('is deleted by those who look after grants, after a question, with all that people gave to it', async () => {
    const { clientId } = await registered()
    const app = { clientId, secret: null, redirectUri: PUBLIC.redirect_uris[0] ?? '' }
    const { challenge, verifier } = pkcePair()
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' }
    const code = await obtainCode(server, app, asked)
    const { access } = await pairOf(await redeem(server, app, code, { code_verifier: verifier }))
    expect((await actorOf(server, access)).status).toBe(200)

    const remove = (actor: typeof ALICE | typeof MANAGER, id: string, what: string) =>
      server.request('/-/oauth/unvouched', { actor, headers: BROWSER, form: { client_id: id, do: what } })
    expect((await remove(ALICE, clientId, 'confirm-delete')).status).toBe(403)
    const question = await remove(MANAGER, clientId, 'delete')
    expect([question.status, await question.text()]).toEqual([200, expect.stringContaining(clientId)])
    expect((await actorOf(server, access)).status).toBe(200)
    expect((await remove(MANAGER, clientId, 'confirm-delete')).status).toBe(303)
    expect((await actorOf(server, access)).status).toBe(401)
    expect((await remove(MANAGER, clientId, 'confirm-delete')).status).toBe(404)

    const owned = await registerApp(server)
    for (const id of [owned.clientId, COMMAND_LINE_CLIENT_ID, 'nonsense']) {
      expect((await remove(MANAGER, id, 'confirm-delete')).status).toBe(404)
    }
  })

  it('has its deletion on the page of an access, for those who may', async () => {
    const { clientId } = await registered()
    const app = { clientId, secret: null, redirectUri: PUBLIC.redirect_uris[0] ?? '' }
    const { challenge } = pkcePair()
    await obtainCode(server, app, { code_challenge: challenge, code_challenge_method: 'S256' })
    const listed = async (desk: string, actor: typeof CAROL | typeof MANAGER) => {
      const { grants } = await jsonOf(await server.request(`${desk}.json?client=${clientId}`, { actor }))
      const [grant] = grants as readonly { readonly grant_id: string }[]
      return (await server.request(`${desk}/${grant?.grant_id ?? ''}`, { actor, headers: BROWSER })).text()
    }
    expect(await listed('/-/oauth/grants', MANAGER)).toContain('action="/-/oauth/unvouched"')
    expect(await listed('/-/oauth/apps', CAROL)).not.toContain('/-/oauth/unvouched')
  })

  it('stands apart on the page of those who manage apps, and in nobody’s list of their own', async () => {
    const { clientId } = await registered({
      ...PUBLIC,
      client_name: 'Stray',
      client_uri: 'https://stray.example/',
      contacts: ['a@stray.example', 'b@stray.example'],
    })
    const page = await (await server.request('/-/oauth/clients', { actor: ALICE, headers: BROWSER })).text()
    const apart = page.slice(page.indexOf('Apps that nobody here registered'))
    for (const text of ['Stray', clientId, 'https://stray.example/', 'a@stray.example, b@stray.example']) {
      expect(apart).toContain(text)
    }
    expect(page).not.toContain(`href="/-/oauth/clients/${clientId}"`)
    expect(page).not.toContain('/-/oauth/unvouched')
    const both = { ...ALICE, ...MANAGER }
    const withDeletion = await server.request('/-/oauth/clients', { actor: both, headers: BROWSER })
    expect(await withDeletion.text()).toContain('action="/-/oauth/unvouched"')
    const list = await server.request('/-/oauth/clients.json', { actor: ALICE })
    expect(await list.text()).not.toContain(clientId)
  })

  it('is named on the page of a device, with the same doubt', async () => {
    const devices = await startDeviceProvider({ enable_dynamic_registration: true })
    const answer = await jsonOf(await devices.request('/-/oauth/register', { json: PUBLIC }))
    const form = { client_id: String(answer['client_id']), scope: 'read' }
    const { user_code: code } = await jsonOf(await devices.request('/-/oauth/device', { form }))
    const page = await devices.request('/-/oauth/device/verify', {
      actor: { id: 'carol' },
      headers: BROWSER,
      form: { code: String(code) },
    })
    const text = await page.text()
    expect(text).toContain('<bdi class="name">Note Taker</bdi>')
    expect(text).toContain('Unverified')
    await letInAll(devices)
    const decided = await decideDevice(devices, text)
    expect([decided.status, await decided.text()]).toEqual([
      409,
      expect.stringContaining('You have let in too many apps'),
    ])
    await devices.close()
  })
})

/** Carol has let in as many apps that nobody here registered as one person may. */
async function letInAll({ store }: TestServer): Promise<void> {
  const each = `with recursive n(i) as (select 1 union all select i + 1 from n limit ${MAX_UNVOUCHED_OF_PERSON})`
  for (const into of [
    `tapedeck_oauth_clients (client_id, client_name, client_type, redirect_uris, created_by, created_at, position)
      ${each} select printf('%032x', i), 'App', 'public', '[]', 'null', 1, i from n`,
    `tapedeck_oauth_unvouched_clients (client_id, network, registered_at, granted_at, declared)
      ${each} select printf('%032x', i), '192.0.2.1', 1, 1, '{}' from n`,
    `tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at)
      ${each} select printf('%032x', i), printf('%032x', i), '"carol"', '{}', '{"access":"full"}', 1 from n`,
  ]) {
    await sql.raw(`insert into ${into}`).execute(store)
  }
}

describe('limits of registration', () => {
  beforeEach(async () => {
    server = await startOpen()
  })
  afterEach(async () => {
    await server.close()
    server = shared
  })

  it('stops one address after 20 that nobody uses, and says when to come again', async () => {
    for (let times = 0; times < 20; times += 1) await registered(PUBLIC, { address: '192.0.2.1' })
    server.advance(600)
    const answer = await register(PUBLIC, { address: '192.0.2.1' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3000'])
    expect(await jsonOf(answer)).toMatchObject({ error: 'temporarily_unavailable' })
    expect((await register(PUBLIC, { address: '192.0.2.2' })).status).toBe(201)
  })

  it('counts a /64 and an address in two spellings as one, and believes no header of a stranger', async () => {
    const forwarded = (times: number) => ({ 'x-forwarded-for': `198.51.100.${times}` })
    for (let times = 0; times < 20; times += 1) {
      await registered(PUBLIC, { address: `2001:db8:1:2::${times.toString(16)}`, headers: forwarded(times) })
    }
    for (const address of ['2001:db8:1:2:ffff::1', '2001:0db8:0001:0002::1']) {
      expect((await register(PUBLIC, { address, headers: forwarded(99) })).status).toBe(429)
    }
    for (let times = 0; times < 20; times += 1) await registered(PUBLIC, { address: '192.0.2.1' })
    expect((await register(PUBLIC, { address: '::ffff:192.0.2.1' })).status).toBe(429)
  })

  it('lets what is unused for an hour give way, and never what is used', async () => {
    const apps: TestApp[] = []
    for (let times = 0; times < 20; times += 1) apps.push(await registered(PUBLIC, { address: '192.0.2.1' }))
    const [used, unused] = apps
    if (used === undefined || unused === undefined) throw new Error('no app was registered')
    const code = await obtainCode(server, used, PKCE)
    await obtainCode(server, unused, PKCE)
    expect((await redeem(server, used, code, { code_verifier: verifier })).status).toBe(200)
    server.advance(3601)
    for (let times = 0; times < 20; times += 1) await registered(PUBLIC, { address: '192.0.2.1' })
    expect([await isKnown(used), await isKnown(unused)]).toEqual([true, false])
  })

  it('keeps one person from filling the room of their network, and says what to do', async () => {
    await letInAll(server)
    const app = await registered(PUBLIC)
    const page = await (await ask(server, authorizePath(app, PKCE))).text()
    const form = { ticket: ticketOf(page), ...tickedBoxes(page) }
    const decide = () => server.request('/-/oauth/authorize', { actor: CAROL, headers: BROWSER, form })
    const refused = await decide()
    expect([refused.status, refused.headers.get('location')]).toEqual([409, null])
    expect(await refused.text()).toContain('You have let in too many apps')
    const grant = '1'.padStart(32, '0')
    await server.request(`/-/oauth/apps/${grant}.json`, { method: 'DELETE', actor: CAROL })
    expect((await decide()).status).toBe(303)
  })

  it('T97: removes within a day what nobody gave anything, and keeps what owns a live grant', async () => {
    const used = await registered()
    const unused = await registered()
    const code = await obtainCode(server, used, PKCE)
    expect((await redeem(server, used, code, { code_verifier: verifier })).status).toBe(200)
    server.advance(DAY_SECONDS - 1)
    await registered()
    expect(await isKnown(unused)).toBe(true)
    server.advance(1)
    await registered()
    expect([await isKnown(used), await isKnown(unused)]).toEqual([true, false])
    server.advance(400 * DAY_SECONDS)
    await registered()
    expect(await isKnown(used)).toBe(true)
  })
})
