/**
 * Apps that are named by the address of a document: somebody makes this server fetch what they like. The fetches go
 * to a real https server; only the names and where packets go are the test's.
 */
import type { RequestListener } from 'node:http'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPublicFetch } from '../../src/http/public-fetch.ts'
import {
  ALICE,
  ask,
  authorizePath,
  BROWSER,
  decideOn,
  jsonOf,
  locationOf,
  pkcePair,
  redeem,
  startProvider,
  ticketOf,
  type TestApp,
} from '../../src/plugins/oauth/test-app.ts'
import type { TestServer } from '../../src/testing.ts'
import { PUBLIC_ADDRESS, startInternet, type TestInternet } from '../support/internet.ts'

const CLIENT_ID = 'https://app.example/client.json'
const APP: TestApp = { clientId: CLIENT_ID, secret: null, redirectUri: 'https://app.example/cb' }
const { challenge, verifier } = pkcePair()
const PKCE = { code_challenge: challenge, code_challenge_method: 'S256' }

const DOCUMENT = {
  client_id: CLIENT_ID,
  client_name: 'Note Taker',
  redirect_uris: ['https://app.example/cb'],
}

/** Answers with a document, or with text. */
const sending =
  (document: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof document === 'string' ? document : JSON.stringify(document))
  }

let internet: TestInternet
let server: TestServer
/** How often the server was asked for a document. */
let fetches = 0

const answerWith = (listener: RequestListener) => {
  internet.answer = (request, response) => {
    fetches += 1
    listener(request, response)
  }
}

/** The log and the rows as the test found them. */
let loggedBefore = 0
let grantsBefore = 0

beforeAll(async () => {
  internet = await startInternet(sending(DOCUMENT))
  server = await startProvider({ enable_client_id_metadata: true }, { internet })
})
beforeEach(async () => {
  // Every document is forgotten after a day, and every budget is whole again.
  server.advance(86_400)
  internet.reset()
  fetches = 0
  answerWith(sending(DOCUMENT))
  loggedBefore = server.log().length
  grantsBefore = await rows('tapedeck_oauth_grants')
})
afterAll(async () => {
  await server.close()
  await internet.close()
})

const request = (changes: Readonly<Record<string, string>> = {}, app = APP) =>
  ask(server, authorizePath(app, { ...PKCE, ...changes }))

const at = (clientId: string): TestApp => ({ ...APP, clientId })

/** Somebody names a host that nobody named before. */
const askAs = (id: string, host: number) =>
  ask(server, authorizePath(at(`https://h${host}.example/client.json`), PKCE), { actor: { id } })

/** What this test left in the log. */
const logged = () => server.log().slice(loggedBefore)

/** Why documents were not used, as the log has it. */
const loggedReasons = () =>
  logged()
    .split('\n')
    .filter((line) => line.includes('oauth.client_document_refused'))
    .map((line) => {
      const { network, reason } = JSON.parse(line) as { readonly network?: string; readonly reason: string }
      return network ?? reason
    })

const rows = async (table: string) =>
  (
    await server.store
      .selectFrom(table as never)
      .selectAll()
      .execute()
  ).length

const documentRows = async (): Promise<readonly string[]> => {
  const { rows: all } = await sql<{
    client_id: string
  }>`select client_id from tapedeck_oauth_unvouched_clients`.execute(server.store)
  return all.map((row) => row.client_id)
}

describe('an app that its document describes', () => {
  it('gets a token, after a page that says whose word its name is', async () => {
    const page = await (await request()).text()
    expect(page).toContain('Give an app that calls itself <bdi class="name">Note Taker</bdi> access?')
    expect(page).toContain('Nobody here vouches for its name')
    expect(page).toContain('Its name is what <bdi class="code">app.example</bdi> says.')
    const code = locationOf(await decideOn(server, authorizePath(APP, PKCE))).searchParams.get('code') ?? ''
    const answer = await redeem(server, APP, code, { code_verifier: verifier })
    expect(answer.status).toBe(200)
    const { access_token: token } = await jsonOf(answer)
    expect((await server.request('/-/actor.json', { token: String(token) })).status).toBe(200)
    expect(internet.connectedTo).toEqual([PUBLIC_ADDRESS])
  })

  it('is found by clients that read the metadata, only while it is on', async () => {
    const metadata = '/.well-known/oauth-authorization-server'
    expect(await jsonOf(await server.request(metadata))).toMatchObject({
      client_id_metadata_document_supported: true,
    })
    const off = await startProvider({}, { internet })
    expect(await jsonOf(await off.request(metadata))).not.toHaveProperty(
      'client_id_metadata_document_supported',
    )
    const answer = await ask(off, authorizePath(APP, PKCE), { headers: {} })
    expect([answer.status, await jsonOf(answer)]).toEqual([400, { error: 'Invalid client_id' }])
    expect(fetches).toBe(0)
    await off.close()
  })

  it('T111: is asked about every time, however often access was given', async () => {
    for (let times = 0; times < 3; times += 1) {
      const page = await request({ prompt: 'none' })
      expect([page.status, page.headers.get('location')]).toEqual([200, null])
      expect((await decideOn(server, authorizePath(APP, PKCE))).status).toBe(303)
    }
    const { length } = (await documentRows()).filter((clientId) => clientId === CLIENT_ID)
    expect(length).toBe(1)
  })

  it('leaves no row until somebody gives it access', async () => {
    const stranger = at('https://app.example/stranger.json')
    answerWith(sending({ ...DOCUMENT, client_id: stranger.clientId }))
    await decideOn(server, authorizePath(stranger, PKCE), { deny: 'Deny' })
    expect(await documentRows()).not.toContain(stranger.clientId)
    await decideOn(server, authorizePath(stranger, PKCE))
    expect(await documentRows()).toContain(stranger.clientId)
  })

  it.each([
    ['token', { grant_type: 'authorization_code', code: 'x', redirect_uri: APP.redirectUri }],
    ['token', { grant_type: 'authorization_code' }],
    ['token', { grant_type: 'authorization_code', code: 'x', client_secret: 'x' }],
    ['token', { grant_type: 'refresh_token', refresh_token: 'dsrt_x' }],
    ['revoke', { token: 'dsrt_x' }],
    ['introspect', { token: 'dsrt_x' }],
  ])('is not told from one that nobody gave access: %s %j', async (endpoint, form) => {
    await decideOn(server, authorizePath(APP, PKCE))
    const answerTo = async (clientId: string) => {
      const answer = await server.request(`/-/oauth/${endpoint}`, { form: { ...form, client_id: clientId } })
      return [answer.status, answer.headers.get('www-authenticate'), await answer.text()]
    }
    expect(await documentRows()).toContain(CLIENT_ID)
    expect(await answerTo('https://app.example/unknown.json')).toEqual(await answerTo(CLIENT_ID))
  })

  it('needs PKCE: it is a public client, and cannot pass for one with a secret', async () => {
    const answer = await ask(server, authorizePath(APP))
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(await answer.text()).toContain('code_challenge')
    const code = locationOf(await decideOn(server, authorizePath(APP, PKCE))).searchParams.get('code') ?? ''
    const withSecret = { code_verifier: verifier, client_secret: 'x' }
    expect((await redeem(server, APP, code, withSecret)).status).toBe(401)
  })

  it('may use another port of this computer, as native apps do', async () => {
    answerWith(sending({ ...DOCUMENT, redirect_uris: ['http://localhost/callback'] }))
    const page = await request({ redirect_uri: 'http://localhost:4711/callback' })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('a program on this device')
  })

  it.each([
    ['says that it needs no proof', { token_endpoint_auth_method: 'none' }],
    [
      'would rather prove itself with a key and need not',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
      },
    ],
    ['has no name', { client_name: undefined }],
    ['has members that nobody knows', { jwks_uri: 'javascript:alert(1)', x: {} }],
  ])('is taken when it %s', async (_what, changes) => {
    answerWith(sending({ ...DOCUMENT, ...changes }))
    expect((await request()).status).toBe(200)
  })

  it('is answered nowhere when the document no longer has the address', async () => {
    answerWith(sending(DOCUMENT, { 'cache-control': 'max-age=30' }))
    const page = await (await request()).text()
    server.advance(31)
    answerWith(sending({ ...DOCUMENT, redirect_uris: ['https://app.example/elsewhere'] }))
    const form = { ticket: ticketOf(page), scope_0: 'on' }
    const decided = await server.request('/-/oauth/authorize', {
      actor: { id: 'carol' },
      headers: BROWSER,
      form,
    })
    expect([decided.status, decided.headers.get('location')]).toEqual([400, null])
    expect(await rows('tapedeck_oauth_grants')).toBe(grantsBefore)
  })

  it('cannot be managed by those who manage their own', async () => {
    await decideOn(server, authorizePath(APP, PKCE))
    const path = `/-/oauth/clients/${encodeURIComponent(CLIENT_ID)}.json`
    expect((await server.request(path, { method: 'DELETE', actor: ALICE })).status).not.toBe(200)
    expect(await documentRows()).toContain(CLIENT_ID)
  })
})

describe('who can make the server fetch', () => {
  it('nobody who is not signed in, and no endpoint for programs', async () => {
    await server.request(authorizePath(APP, PKCE), { headers: BROWSER })
    await server.request(authorizePath(APP, PKCE))
    await redeem(server, APP, 'x', { code_verifier: verifier })
    const devices = await startProvider(
      { enable_client_id_metadata: true, enable_device_flow: true },
      { internet },
    )
    const form = { client_id: CLIENT_ID }
    expect((await devices.request('/-/oauth/device', { form })).status).toBe(401)
    await devices.close()
    expect(internet.lookedUp).toEqual([])
  })

  it('sends nothing of the person or of this server', async () => {
    const seen: string[] = []
    answerWith((asked, response) => {
      seen.push(
        ...asked.rawHeaders.filter((_text, place) => place % 2 === 0).map((name) => name.toLowerCase()),
      )
      sending(DOCUMENT)(asked, response)
    })
    await request()
    expect(seen.toSorted()).toEqual(['accept', 'connection', 'host'])
  })
})

describe('T98: where a fetch may go', () => {
  it.each([
    ['127.0.0.1'],
    ['0.0.0.0'],
    ['10.1.2.3'],
    ['172.16.0.1'],
    ['192.168.0.1'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['198.18.0.1'],
    ['224.0.0.1'],
    ['::1'],
    ['fe80::1'],
    ['fd00::1'],
    ['ff02::1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:93.184.215.14'],
    ['64:ff9b::7f00:1'],
    ['2002:7f00:1::'],
  ])('not to %s, whatever name leads there', async (address) => {
    internet.names.set('app.example', [[address]])
    expect((await request()).status).toBe(400)
    expect([internet.lookedUp, internet.connectedTo, fetches]).toEqual([['app.example'], [], 0])
    expect(loggedReasons()).toEqual(['address-not-public'])
  })

  it('not where a name leads to a public and a private address', async () => {
    internet.names.set('app.example', [[PUBLIC_ADDRESS, '10.0.0.1']])
    expect((await request()).status).toBe(400)
    expect(internet.connectedTo).toEqual([])
  })

  it('resolves once and connects to that: a name that leads elsewhere at the next look-up has no second one', async () => {
    internet.names.set('app.example', [[PUBLIC_ADDRESS], ['127.0.0.1']])
    expect((await request()).status).toBe(200)
    expect([internet.lookedUp, internet.connectedTo]).toEqual([['app.example'], [PUBLIC_ADDRESS]])
  })

  it.each([
    'https://127.0.0.1/client.json',
    'https://[::1]/client.json',
    'https://2130706433/client.json',
    'https://0x7f000001/client.json',
    'https://localhost/client.json',
    'http://app.example/client.json',
    'https://app.example@127.0.0.1/client.json',
    'https://app.example/../client.json',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://app.example/client.json#x',
  ])('looks nothing up for %s', async (clientId) => {
    const answer = await ask(server, authorizePath(at(clientId), PKCE), { headers: {} })
    expect([answer.status, await jsonOf(answer)]).toEqual([400, { error: 'Invalid client_id' }])
    expect(internet.lookedUp).toEqual([])
  })

  it.each([
    'https://127.0.0.1/',
    'https://[::ffff:7f00:1]/',
    'https://2130706433/',
    'http://app.example/',
    'https://[::1]/',
  ])('and the fetcher itself refuses %s', async (address) => {
    const answer = await createPublicFetch(internet)(address, { timeoutMs: 2000, maxBytes: 100 })
    expect(answer).toMatchObject({ ok: false, error: { reason: 'address-not-public' } })
    expect(internet.lookedUp).toEqual([])
  })

  it('not to a server whose certificate is for another name', async () => {
    internet.names.set('impostor.test', [[PUBLIC_ADDRESS]])
    expect((await request({}, at('https://impostor.test/client.json'))).status).toBe(400)
    expect([fetches, loggedReasons()]).toEqual([0, ['unreachable']])
  })
})

describe('T98: what is no document', () => {
  it.each<[string, RequestListener, string]>([
    [
      'another client_id',
      sending({ ...DOCUMENT, client_id: 'https://app.example/other' }),
      'document-names-another',
    ],
    [
      'a client_id that only means the same',
      sending({ ...DOCUMENT, client_id: 'https://app.example:443/client.json' }),
      'document-names-another',
    ],
    ['no client_id', sending({ ...DOCUMENT, client_id: undefined }), 'document-names-another'],
    ['no JSON', sending('<html>'), 'document-not-json'],
    ['a list', sending([DOCUMENT]), 'document-not-json'],
    ['null', sending('null'), 'document-not-json'],
    ['another type', sending(DOCUMENT, { 'content-type': 'text/html' }), 'document-not-json'],
    [
      'bytes that are no UTF-8',
      (_q, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0x22])),
      'document-not-json',
    ],
    [
      'a redirect',
      sending(DOCUMENT, { location: 'https://app.example/client.json' }, 302),
      'document-status',
    ],
    ['a redirect to this computer', sending('', { location: 'http://127.0.0.1/' }, 307), 'document-status'],
    ['not found', sending(DOCUMENT, {}, 404), 'document-status'],
    ['created', sending(DOCUMENT, {}, 201), 'document-status'],
    [
      'a change to another protocol',
      ({ socket }) => socket.write('HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'unreachable',
    ],
    ['more than 5 KB', sending({ ...DOCUMENT, x: 'x'.repeat(5200) }), 'too-large'],
    [
      'more than 5 KB without saying so',
      (_q, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        for (let sent = 0; sent < 60; sent += 1) response.write('x'.repeat(1000))
      },
      'too-large',
    ],
    [
      'headers without an end',
      (_q, response) => response.writeHead(200, { x: 'x'.repeat(40_000) }).end(),
      'unreachable',
    ],
    ['a closed connection', (asked) => asked.socket.destroy(), 'unreachable'],
    ['a secret', sending({ ...DOCUMENT, client_secret: 'x' }), 'document-has-secret'],
    [
      'a shared secret to prove itself with',
      sending({ ...DOCUMENT, token_endpoint_auth_method: 'client_secret_post' }),
      'document-refused',
    ],
    [
      'a proof that is not taken here',
      sending({ ...DOCUMENT, token_endpoint_auth_method: 'private_key_jwt' }),
      'document-refused',
    ],
    ['no redirect URI', sending({ ...DOCUMENT, redirect_uris: [] }), 'document-refused'],
    [
      'a script as redirect URI',
      sending({ ...DOCUMENT, redirect_uris: [APP.redirectUri, 'javascript:alert(1)'] }),
      'document-refused',
    ],
    [
      'http as redirect URI',
      sending({ ...DOCUMENT, redirect_uris: [APP.redirectUri, 'http://app.example/cb'] }),
      'document-refused',
    ],
    [
      'a script as client_uri',
      sending({ ...DOCUMENT, client_uri: 'javascript:alert(1)' }),
      'document-refused',
    ],
    ['a script as logo_uri', sending({ ...DOCUMENT, logo_uri: ' javascript:alert(1)' }), 'document-refused'],
    [
      'a script as policy_uri',
      sending({ ...DOCUMENT, policy_uri: 'JavaScript:alert(1)' }),
      'document-refused',
    ],
    ['a script as tos_uri', sending({ ...DOCUMENT, tos_uri: 'data:text/html,x' }), 'document-refused'],
    [
      'a name that turns the direction of text',
      sending({ ...DOCUMENT, client_name: 'knaB\u202e' }),
      'document-refused',
    ],
  ])('%s: no redirect, nothing kept, and the log says why', async (_what, listener, reason) => {
    answerWith(listener)
    const refused = await request()
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null])
    expect(await refused.text()).toContain('This app could not be checked')
    expect(loggedReasons()).toEqual([reason])
    expect(logged()).not.toContain('unknown-client')
    // Nothing of it was remembered: the app that was repaired works at once.
    answerWith(sending(DOCUMENT))
    expect((await request()).status).toBe(200)
  })

  it('a body that comes too slowly is cut', async () => {
    const closed = new Promise((done) => {
      internet.answer = (_asked, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const timer = setInterval(() => response.write(' '), 20)
        response.once('close', () => done(clearInterval(timer)))
      }
    })
    const answer = await createPublicFetch(internet)(CLIENT_ID, { timeoutMs: 300, maxBytes: 5120 })
    expect(answer).toMatchObject({ ok: false, error: { reason: 'timed-out' } })
    await closed
  })

  it('a name that is never answered is given up, and so is one that is answered too late', async () => {
    const waiting: (() => void)[] = []
    const never = () => new Promise<readonly string[]>((found) => waiting.push(() => found([PUBLIC_ADDRESS])))
    const answer = await createPublicFetch({ ...internet, resolve: never })(CLIENT_ID, {
      timeoutMs: 100,
      maxBytes: 5120,
    })
    expect(answer).toMatchObject({ ok: false, error: { reason: 'timed-out' } })
    for (const answerNow of waiting) answerNow()
    await new Promise((done) => setImmediate(done))
    expect(fetches).toBe(0)
  })

  it('tells nobody what went wrong on the network: names of this network would be found out', async () => {
    const words = async (names: string[][]) => {
      internet.names.set('app.example', names)
      const answer = await ask(server, authorizePath(APP, PKCE), { headers: {} })
      return (await jsonOf(answer))['error']
    }
    const ofPrivate = await words([['10.0.0.1']])
    expect(ofPrivate).toBe('The document at client_id cannot be used: it could not be fetched')
    expect(await words([])).toBe(ofPrivate)
    answerWith((asked) => asked.socket.destroy())
    expect(await words([[PUBLIC_ADDRESS]])).toBe(ofPrivate)
  })
})

describe('T99: how often a fetch is made', () => {
  it('once for all who ask at the same time', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => request()))
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(fetches).toBe(1)
  })

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['as long as its server says', { 'cache-control': 'public, max-age=600' }, 600],
    ['less what it was on its way', { 'cache-control': 'max-age=600', age: '100' }, 500],
    ['at least 30 seconds', { 'cache-control': 'max-age=0' }, 30],
    ['at least 30 seconds', { 'cache-control': 'no-store' }, 30],
    ['at least 30 seconds', { 'cache-control': 'no-cache, max-age=600' }, 30],
    ['at most a day', { 'cache-control': 'max-age=99999999' }, 86_400],
    [
      'until a date',
      { date: 'Thu, 01 Jan 2026 00:00:00 GMT', expires: 'Thu, 01 Jan 2026 00:10:00 GMT' },
      600,
    ],
    ['at least 30 seconds for a date that is none', { expires: '0' }, 30],
    ['five minutes when nothing is said', {}, 300],
  ])('a document is believed %s: %j', async (_what, headers, seconds) => {
    answerWith(sending(DOCUMENT, headers))
    await request()
    server.advance(seconds - 1)
    await request()
    expect(fetches).toBe(1)
    server.advance(1)
    await request()
    expect(fetches).toBe(2)
  })

  it('of one host ten times a minute, failures too; other hosts are served meanwhile', async () => {
    internet.names.set('other.example', [[PUBLIC_ADDRESS]])
    answerWith(sending('no document'))
    for (let times = 0; times < 10; times += 1) {
      expect((await request({}, at(`https://app.example/${times}`))).status).toBe(400)
    }
    const limited = await request({}, at('https://app.example/10'))
    expect([limited.status, limited.headers.get('retry-after'), fetches]).toEqual([429, '60', 10])
    expect(loggedReasons().at(-1)).toBe('document-over-budget')

    const other = 'https://other.example/client.json'
    answerWith(sending({ ...DOCUMENT, client_id: other }))
    expect((await request({}, at(other))).status).toBe(200)
    server.advance(60)
    answerWith(sending(DOCUMENT))
    expect((await request()).status).toBe(200)
  })

  it('of one host as often on all of its ports together', async () => {
    for (let port = 8001; port <= 8012; port += 1)
      await request({}, at(`https://app.example:${port}/client.json`))
    expect(internet.lookedUp).toHaveLength(10)
  })

  it('twenty times a minute for one person', async () => {
    for (let times = 0; times < 25; times += 1) await askAs('mallory', times)
    expect(internet.lookedUp).toHaveLength(20)
    await askAs('carol', 99)
    expect(internet.lookedUp).toHaveLength(21)
  })

  it('eighty times a minute for apps that nobody uses, and more often for one that somebody does', async () => {
    await decideOn(server, authorizePath(APP, PKCE))
    server.advance(86_400)
    internet.reset()
    for (let times = 0; times < 90; times += 1) await askAs(`person-${times % 9}`, times)
    expect(internet.lookedUp).toHaveLength(80)
    for (let times = 0; times < 12; times += 1)
      await ask(server, authorizePath(at(`https://app.example/${times}`), PKCE), { actor: { id: 'mallory' } })
    expect((await request()).status).toBe(200)
  })
})
