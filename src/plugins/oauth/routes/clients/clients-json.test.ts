import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import { ALICE, BROWSER, CAROL, jsonOf, newDeveloper, startProvider } from '../../test-app.ts'

const BOB = newDeveloper()
const GOOD = { client_name: 'App', redirect_uri: 'https://app.example/cb' } as const

let server: TestServer
beforeAll(async () => {
  server = await startProvider()
})
afterAll(() => server.close())

/** A new person for each test, who has no clients yet. */
let owner: ReturnType<typeof newDeveloper>
beforeEach(() => {
  owner = newDeveloper()
})

async function send(path: string, request: TestRequest): Promise<readonly [number, unknown]> {
  const response = await server.request(path, request)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  return [response.status, await response.json()]
}

async function register(actor = owner, changes: object = {}): Promise<string> {
  const response = await server.request('/-/oauth/clients.json', { actor, json: { ...GOOD, ...changes } })
  return String((await jsonOf(response))['client_id'])
}

describe('/-/oauth/clients.json', () => {
  it('registers a client from a form and tells its secret once', async () => {
    expect(await send('/-/oauth/clients.json', { actor: owner, form: GOOD })).toEqual([
      200,
      {
        client_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
        client_secret: expect.stringMatching(/^[0-9a-f]{64}$/u),
        client_name: 'App',
        redirect_uri: 'https://app.example/cb',
        redirect_uris: ['https://app.example/cb'],
        client_type: 'confidential',
      },
    ])
    const [, list] = await send('/-/oauth/clients.json', { actor: owner })
    expect(JSON.stringify(list)).not.toMatch(/client_secret|[0-9a-f]{64}/u)
  })

  it('registers a public client from JSON, which has no secret', async () => {
    const json = {
      client_name: 'App',
      redirect_uris: ['http://127.0.0.1/cb', 'com.example.app:/cb'],
      client_type: 'public',
    }
    const [status, body] = await send('/-/oauth/clients.json', { actor: owner, json })
    expect(status).toBe(200)
    expect(body).toMatchObject({ redirect_uri: 'http://127.0.0.1/cb', redirect_uris: json.redirect_uris })
    expect(body).not.toHaveProperty('client_secret')
  })

  it('lists the clients of the person who asks, oldest first', async () => {
    const first = await register()
    const second = await register()
    await register(BOB)
    const [, list] = await send('/-/oauth/clients.json', { actor: owner })
    expect(list).toMatchObject([
      { client_id: first, client_name: 'App', created_by: owner.id, created_at: '2027-01-15T08:00:00Z' },
      { client_id: second },
    ])
  })

  it('tells ages and use, of all or of the one that is named', async () => {
    const id = await register()
    await register()
    const one = [
      {
        client_id: id,
        created_at: '2027-01-15T08:00:00Z',
        last_used_at: null,
        people: 0,
        secrets: [{ secret_id: expect.any(String), created_at: '2027-01-15T08:00:00Z', last_used_at: null }],
      },
    ]
    const path = `/-/oauth/clients.json?client_id=${id}`
    expect(await send(path, { actor: owner })).toMatchObject([200, one])
    expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toHaveLength(2)
    expect(await send(path, { actor: BOB })).toEqual([404, { error: 'Client not found' }])
    const token = `dstok_${server.signer.sign({ a: owner.id, t: server.now() }, 'token')}`
    expect((await send(path, { token }))[0]).toBe(403)
    expect((await send(path, {}))[0]).toBe(403)
  })

  it('drops a redirect URI that is sent twice, takes 10 and refuses 11', async () => {
    const uris = Array.from({ length: 11 }, (_, place) => `https://app.example/cb${place}`)
    const json = { client_name: 'App', redirect_uri: uris[0], redirect_uris: [...uris.slice(0, 10), uris[3]] }
    const [status, made] = await send('/-/oauth/clients.json', { actor: owner, json })
    expect([status, made]).toMatchObject([200, { redirect_uris: uris.slice(0, 10) }])
    const form = new URLSearchParams([
      ['client_name', 'App'],
      ...uris.map((uri): [string, string] => ['redirect_uris', uri]),
    ])
    expect(await send('/-/oauth/clients.json', { actor: owner, form })).toEqual([
      400,
      { error: 'A client can have at most 10 redirect URIs' },
    ])
  })

  it.each(Array.from({ length: 10 }, (_, place) => place))(
    'T55: refuses a javascript: address in place %i of ten, also in an edit',
    async (place) => {
      const id = await register()
      const uris = Array.from({ length: 10 }, (_, other) =>
        other === place ? 'javascript:alert(1)' : `https://app.example/${other}`,
      )
      const json = { client_name: 'App', redirect_uris: uris }
      const form = { client_name: 'App', redirect_uris: uris.join('\r\n') }
      for (const path of ['/-/oauth/clients.json', `/-/oauth/clients/${id}.json`]) {
        expect((await send(path, { actor: owner, json }))[0]).toBe(400)
        expect((await send(path, { actor: owner, form }))[0]).toBe(400)
      }
      expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toMatchObject([
        { redirect_uris: [GOOD.redirect_uri] },
      ])
    },
  )

  it('refuses a redirect URI of more than 2,048 characters', async () => {
    const uri = `https://app.example/${'x'.repeat(2048)}`
    expect(
      (await send('/-/oauth/clients.json', { actor: owner, json: { ...GOOD, redirect_uri: uri } }))[0],
    ).toBe(400)
    const most = uri.slice(0, 2048)
    expect(
      (await send('/-/oauth/clients.json', { actor: owner, json: { ...GOOD, redirect_uri: most } }))[0],
    ).toBe(200)
  })

  it('keeps a person whose id is a number apart from one whose id is its digits', async () => {
    const [number, digits] = [
      { id: 42, role: 'developer' },
      { id: '42', role: 'developer' },
    ] as const
    await server.request('/-/oauth/clients.json', { actor: number, json: GOOD })
    const [, list] = await send('/-/oauth/clients.json', { actor: number })
    expect(list).toEqual([expect.objectContaining({ created_by: 42 })])
    expect(await send('/-/oauth/clients.json', { actor: digits })).toEqual([200, []])

    const [{ client_id: id }] = list as readonly [{ readonly client_id: string }]
    const path = `/-/oauth/clients/${id}.json`
    expect(await send(path, { actor: digits, form: GOOD })).toEqual([403, { error: 'Forbidden' }])
    expect((await send(path, { actor: number, form: GOOD }))[0]).toBe(200)
  })

  it('is JSON for a browser too', async () => {
    expect((await send('/-/oauth/clients.json', { headers: BROWSER }))[0]).toBe(403)
  })

  it.each<[string, TestRequest, number, string]>([
    ['nobody', {}, 403, 'Authentication required'],
    ['an actor without id', { actor: { name: 'x' } }, 403, 'Authentication required'],
    ['somebody without the permission', { actor: CAROL }, 403, 'Permission denied'],
    ['another method', { method: 'DELETE', actor: ALICE }, 405, 'Method not allowed'],
  ])('refuses %s', async (_who, request, status, error) => {
    expect(await send('/-/oauth/clients.json', request)).toEqual([status, { error }])
  })

  it('refuses a token, whoever it belongs to', async () => {
    const token = `dstok_${server.signer.sign({ a: ALICE.id, t: server.now() }, 'token')}`
    expect(await send('/-/oauth/clients.json', { token, form: GOOD })).toEqual([
      403,
      { error: 'Token authentication cannot be used here' },
    ])
  })

  it.each<[string, TestRequest]>([
    ['no body', { method: 'POST' }],
    ['a name of spaces', { form: { ...GOOD, client_name: '   ' } }],
    ['no address', { form: { client_name: 'x' } }],
    ['JSON without address', { json: { client_name: 'x' } }],
  ])('says what is required when it gets %s', async (_fault, request) => {
    expect(await send('/-/oauth/clients.json', { actor: owner, ...request })).toEqual([
      400,
      { error: 'client_name and redirect_uri are required' },
    ])
  })

  it.each<[string, TestRequest]>([
    ['T55: a javascript: address', { form: { ...GOOD, redirect_uri: 'javascript:alert(1)' } }],
    ['T55: a javascript: address behind a tab', { json: { ...GOOD, redirect_uri: '\tjavascript:alert(1)' } }],
    ['T56: plain http', { form: { ...GOOD, redirect_uri: 'http://app.example/cb' } }],
    ['T9: a fragment', { form: { ...GOOD, redirect_uri: 'https://app.example/cb#' } }],
    [
      'a bad address among good ones',
      { json: { client_name: 'x', redirect_uris: ['https://a.example/', 'data:x'] } },
    ],
    ['an unknown type', { form: { ...GOOD, client_type: 'native' } }],
    ['a name that is no text', { json: { ...GOOD, client_name: 7 } }],
    ['a list', { json: [GOOD] }],
    ['null', { json: null }],
    ['text that is not JSON', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
  ])('refuses %s and stores nothing', async (_fault, request) => {
    const [status, body] = await send('/-/oauth/clients.json', { actor: owner, ...request })
    expect([status, body]).toEqual([400, { error: expect.stringMatching(/\w/u) }])
    expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toEqual([])
  })

  it('T35: refuses what another site made the browser send', async () => {
    const response = await server.request('/-/oauth/clients.json', {
      actor: owner,
      form: GOOD,
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
    expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toEqual([])
  })
})

describe('/-/oauth/clients/{client_id}.json', () => {
  it('changes name and addresses', async () => {
    const id = await register()
    const form = { client_name: '  Weather 2 ', redirect_uri: ' https://weather.example/cb2 ' }
    const changed = {
      client_id: id,
      client_name: 'Weather 2',
      redirect_uri: 'https://weather.example/cb2',
      redirect_uris: ['https://weather.example/cb2'],
      client_type: 'confidential',
    }
    expect(await send(`/-/oauth/clients/${id}.json`, { actor: owner, form })).toEqual([200, changed])
    expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toMatchObject([changed])
  })

  it('keeps the type unless another one is sent, and gives a secret with the confidential one', async () => {
    const id = await register(owner, { client_type: 'public' })
    const path = `/-/oauth/clients/${id}.json`
    const kept = (await send(path, { actor: owner, form: GOOD }))[1]
    expect(kept).toMatchObject({ client_type: 'public' })
    const [status, changed] = await send(path, {
      actor: owner,
      form: { ...GOOD, client_type: 'confidential' },
    })
    expect([status, changed]).toMatchObject([
      200,
      { client_type: 'confidential', client_secret: expect.stringMatching(/^[0-9a-f]{64}$/u) },
    ])
    const back = await send(path, { actor: owner, form: { ...GOOD, client_type: 'public' } })
    expect(back[1]).not.toHaveProperty('client_secret')
    expect((await send('/-/oauth/clients.json', { actor: owner }))[1]).toMatchObject([
      { client_type: 'public', secrets: [] },
    ])
    expect((await send(path, { actor: owner, form: { ...GOOD, client_type: 'native' } }))[0]).toBe(400)
  })

  it('is for the owner alone', async () => {
    const id = await register()
    const forbidden = [403, { error: 'Forbidden' }]
    const unknown = [404, { error: 'Client not found' }]
    expect(await send(`/-/oauth/clients/${id}.json`, { actor: BOB, form: GOOD })).toEqual(forbidden)
    expect(await send(`/-/oauth/clients/${id}.json`, { actor: BOB, method: 'DELETE' })).toEqual(forbidden)
    expect(await send(`/-/oauth/clients/${id}/secret.json`, { actor: BOB, method: 'POST' })).toEqual(
      forbidden,
    )
    const nobody = '0'.repeat(32)
    expect(await send(`/-/oauth/clients/${nobody}.json`, { actor: owner, form: GOOD })).toEqual(unknown)
    expect(await send('/-/oauth/clients/nonsense.json', { actor: owner, form: GOOD })).toEqual(unknown)
  })

  it('deletes once', async () => {
    const id = await register()
    const path = `/-/oauth/clients/${id}.json`
    expect(await send(path, { actor: owner, method: 'DELETE' })).toEqual([200, { ok: true }])
    expect(await send(path, { actor: owner, method: 'DELETE' })).toEqual([404, { error: 'Client not found' }])
  })

  it('answers GET with 405', async () => {
    expect(await send(`/-/oauth/clients/${await register()}.json`, { actor: owner })).toEqual([
      405,
      { error: 'Method not allowed' },
    ])
  })
})

describe('/-/oauth/clients/{client_id}/secret.json', () => {
  it('gives a second secret, refuses a third, and retires one', async () => {
    const path = `/-/oauth/clients/${await register()}/secret.json`
    const [status, rotated] = await send(path, { actor: owner, method: 'POST' })
    expect(status).toBe(200)
    expect(rotated).toMatchObject({ client_secret: expect.stringMatching(/^[0-9a-f]{64}$/u) })
    expect((await send(path, { actor: owner, method: 'POST' }))[0]).toBe(409)

    const { secrets } = rotated as { readonly secrets: readonly { readonly secret_id: string }[] }
    expect(secrets).toHaveLength(2)
    const form = { retire: secrets[0]?.secret_id ?? '' }
    const [, retired] = await send(path, { actor: owner, form })
    expect(retired).toMatchObject({ secrets: [{ secret_id: secrets[1]?.secret_id }] })
    expect((await send(path, { actor: owner, form }))[0]).toBe(409)
  })

  it('never makes a secret for who wanted to retire one', async () => {
    const path = `/-/oauth/clients/${await register()}/secret.json`
    const [, rotated] = await send(path, { actor: owner, method: 'POST' })
    const { secrets } = rotated as { readonly secrets: readonly { readonly secret_id: string }[] }
    expect((await send(path, { actor: owner, json: { retire: 7 } }))[0]).toBe(400)
    expect((await send(path, { actor: owner, json: { retire: 'nonsense' } }))[0]).toBe(409)
    const [status, retired] = await send(path, { actor: owner, json: { retire: secrets[0]?.secret_id } })
    expect([status, retired]).toMatchObject([200, { secrets: [{}] }])
    expect(retired).not.toHaveProperty('client_secret')
  })

  it('has nothing to give to a public client', async () => {
    const path = `/-/oauth/clients/${await register(owner, { client_type: 'public' })}/secret.json`
    expect((await send(path, { actor: owner, method: 'POST' }))[0]).toBe(400)
  })
})

describe('/-/oauth/device and /-/oauth/device/verify', () => {
  it.each<[string, TestRequest]>([
    ['/-/oauth/device', { form: { scope: '[["view-instance"]]' } }],
    ['/-/oauth/device', {}],
    ['/-/oauth/device/verify', {}],
    ['/-/oauth/device/verify', { actor: ALICE }],
    ['/-/oauth/device/verify', { actor: ALICE, form: { code: 'AAAA-BBBB' } }],
  ])('answer %s with 403 while the device flow is off', async (path, request) => {
    expect(await send(path, request)).toEqual([403, { error: 'Device flow is not enabled' }])
  })
})
