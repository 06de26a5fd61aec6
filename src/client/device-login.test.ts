import { describe, expect, it } from 'vitest'
import type { Fetch } from '../http/bounded-fetch.ts'
import { awaitToken, startLogin, type StartedLogin } from './device-login.ts'
import { findEndpoints, type Endpoints } from './endpoints.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'

const SERVER = serverUrl('https://data.example/pfx')

function serverUrl(text: string): ServerUrl {
  const parsed = parseServerUrl(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** A network that answers each address as told, and remembers what was sent. */
function network(answers: Readonly<Record<string, () => Response>>) {
  const sent: { address: string; body: string; headers: Headers }[] = []
  const fetch: Fetch = async (address, init) => {
    sent.push({
      address,
      body: init.body instanceof URLSearchParams ? init.body.toString() : '',
      headers: new Headers(init.headers),
    })
    return (
      answers[address]?.() ??
      new Response('<h1>404</h1>', { status: 404, headers: { 'content-type': 'text/html' } })
    )
  }
  return { fetch, sent }
}

const DEVICE = 'https://data.example/pfx/-/oauth/device'
const TOKEN = 'https://data.example/pfx/-/oauth/token'
const WELL_KNOWN = 'https://data.example/.well-known/oauth-authorization-server/pfx'

async function endpointsOf(fetch: Fetch): Promise<Endpoints> {
  const found = await findEndpoints(SERVER, fetch, 'tapedeck/test')
  if (!found.ok) throw new Error(found.error.message)
  return found.value
}

const CODES = {
  device_code: 'd'.repeat(64),
  user_code: 'BCDF-2345',
  verification_uri: 'https://data.example/pfx/-/oauth/device/verify',
  expires_in: 900,
  interval: 5,
}

describe('findEndpoints', () => {
  it('reads the metadata, which stands before the path (RFC 8414 §3)', async () => {
    const metadata = {
      issuer: SERVER.href,
      token_endpoint: 'https://data.example/t',
      device_authorization_endpoint: 'https://data.example/d',
      revocation_endpoint: 'https://data.example/r',
    }
    const { fetch, sent } = network({ [WELL_KNOWN]: () => json(metadata) })
    expect((await endpointsOf(fetch)).server).toEqual(metadata)
    expect(sent.map(({ address }) => address)).toEqual([WELL_KNOWN])
  })

  it.each([
    ['there is none', () => new Response('no', { status: 404 })],
    ['it is no JSON', () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['it speaks for another address', () => json({ issuer: 'http://data.example/pfx' })],
    [
      'it redirects',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
    ],
    [
      'it has no end',
      () => new Response('x'.repeat(2_000_000), { headers: { 'content-type': 'application/json' } }),
    ],
  ])('takes the endpoints of datasette-oauth where %s', async (_why, answer) => {
    const { server } = await endpointsOf(network({ [WELL_KNOWN]: answer }).fetch)
    expect(server).toEqual({
      issuer: SERVER.href,
      token_endpoint: TOKEN,
      device_authorization_endpoint: DEVICE,
    })
  })

  it('sends nothing to another server, whatever the metadata says', async () => {
    const metadata = {
      issuer: SERVER.href,
      token_endpoint: 'https://evil.example/t',
      device_authorization_endpoint: 'https://data.example:444/d',
      revocation_endpoint: 'javascript:alert(1)',
    }
    expect((await endpointsOf(network({ [WELL_KNOWN]: () => json(metadata) }).fetch)).server).toEqual({
      issuer: SERVER.href,
    })
  })

  it('says that a server cannot be reached', async () => {
    const cause = Object.assign(new Error('no'), { code: 'ECONNREFUSED' })
    const found = await findEndpoints(
      SERVER,
      () => Promise.reject(new TypeError('fetch failed', { cause })),
      'x',
    )
    expect(found).toMatchObject({ ok: false, error: { code: 'unreachable' } })
  })
})

describe('startLogin', () => {
  const start = async (answer: () => Response, scope: string | null = null) => {
    const { fetch, sent } = network({ [DEVICE]: answer })
    const started = await startLogin(SERVER, await endpointsOf(fetch), scope)
    return { started, body: sent.at(-1)?.body ?? '', headers: sent.at(-1)?.headers ?? new Headers() }
  }

  it('asks as the command line, for the scope as it is, and shows what came', async () => {
    const { started, body, headers } = await start(() => json(CODES), '[["view-instance"]]')
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      client_id: '7461706564656b20636f6d6d616e6421',
      scope: '[["view-instance"]]',
    })
    expect(headers.get('user-agent')).toBe('tapedeck/test')
    expect(started).toMatchObject({
      ok: true,
      value: {
        intervalSeconds: 5,
        prompt: {
          userCode: 'BCDF-2345',
          verificationUri: CODES.verification_uri,
          completeUri: null,
          expiresInSeconds: 900,
        },
      },
    })
  })

  it('asks for full access with no scope at all', async () => {
    const { body } = await start(() => json(CODES))
    expect(new URLSearchParams(body).has('scope')).toBe(false)
  })

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://data.example/ --x', 'https://x/\u001B[2J'])(
    'shows and opens no address such as %j (CVE-2025-6514)',
    async (address) => {
      const { started } = await start(() => json({ ...CODES, verification_uri: address }))
      expect(started).toMatchObject({ ok: false, error: { code: 'unexpected_answer' } })
      const complete = await start(() => json({ ...CODES, verification_uri_complete: address }))
      expect(complete.started).toMatchObject({ value: { prompt: { completeUri: null } } })
    },
  )

  it('takes control characters out of the code', async () => {
    const { started } = await start(() => json({ ...CODES, user_code: '\u001B]0;x\u0007AB' }))
    expect(started).toMatchObject({ value: { prompt: { userCode: String.raw`\x1b]0;x\x07AB` } } })
  })

  it.each([
    [
      'the device flow is off',
      json({ error: 'Device flow is not enabled' }, 403),
      'login_denied',
      'enable_device_flow',
    ],
    ['the scope is unknown', json({ error: 'invalid_scope' }, 400), 'refused', 'tapedeck login --help'],
    ['datasette-oauth does not know the scope', json({ error: 'Invalid scope' }, 400), 'refused', '--help'],
    ['too many wait', json({ error: 'temporarily_unavailable' }, 429), 'refused', 'Try again later'],
    [
      'there is no such address',
      new Response('<h1>', { status: 404 }),
      'unexpected_answer',
      'Is the address right?',
    ],
    ['it is another kind of server', json({ hello: 1 }), 'unexpected_answer', 'Is the address right?'],
    ['it is down', new Response('', { status: 502 }), 'unexpected_answer', 'Is the address right?'],
  ])('says what to do when %s', async (_why, answer, code, said) => {
    const { started } = await start(() => answer)
    expect(started).toMatchObject({ ok: false, error: { code } })
    expect(!started.ok && started.error.message).toContain(said)
  })
})

describe('awaitToken', () => {
  const LOGIN: StartedLogin = {
    prompt: { userCode: 'x', verificationUri: 'x', completeUri: null, expiresInSeconds: 900 },
    deviceCode: 'd',
    intervalSeconds: 5,
  }

  /** Polls until it ends; gives the pauses, in seconds, and the outcome. The last answer is repeated. */
  async function wait(...answers: readonly (() => Response)[]) {
    let now = 0
    let polls = 0
    const pauses: number[] = []
    const { fetch } = network({ [TOKEN]: () => (answers[polls++] ?? answers.at(-1) ?? (() => json({})))() })
    const outcome = await awaitToken(SERVER, await endpointsOf(fetch), LOGIN, {
      elapsedMs: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds
        pauses.push(milliseconds / 1000)
      },
    })
    return { outcome, pauses, polls }
  }

  const error =
    (code: string, status = 400, headers = {}) =>
    () =>
      json({ error: code }, status, headers)
  const pending = error('authorization_pending')
  const issued = () =>
    json({ access_token: 'dstok_x', token_type: 'bearer', expires_in: 3600, scope: 'a\u0007' })

  it('waits before it asks, at its interval, until there is a token', async () => {
    const { outcome, pauses } = await wait(pending, pending, issued)
    expect(pauses).toEqual([5, 5, 5])
    expect(outcome).toEqual({
      ok: true,
      value: { token: 'dstok_x', expiresInSeconds: 3600, scope: String.raw`a\x07` },
    })
  })

  it('takes the answer of datasette-oauth, which tells no scope and maybe no end', async () => {
    const { outcome } = await wait(() => json({ access_token: 'dstok_x', token_type: 'bearer' }))
    expect(outcome).toMatchObject({ value: { expiresInSeconds: null, scope: null } })
  })

  it('waits 5 seconds longer for good after each slow_down', async () => {
    const { pauses } = await wait(pending, error('slow_down'), pending, error('slow_down'), pending, issued)
    expect(pauses).toEqual([5, 5, 10, 10, 15, 15])
  })

  it('asks less and less often while the server cannot be reached or has too much to do', async () => {
    const down = () => {
      throw new TypeError('fetch failed')
    }
    const { pauses } = await wait(
      down,
      error('busy', 503),
      error('busy', 429, { 'retry-after': '50' }),
      down,
      issued,
    )
    expect(pauses).toEqual([5, 10, 20, 50, 60])
  })

  it('stops when the code has expired, and asks no more', async () => {
    const { outcome, polls } = await wait(pending)
    expect(outcome).toMatchObject({ error: { code: 'login_expired' } })
    expect(polls).toBe(179)
  })

  it.each([
    ['access_denied', 'login_denied'],
    ['expired_token', 'login_expired'],
    ['invalid_grant', 'refused'],
    ['Device flow is not enabled', 'refused'],
  ])('ends after %s with %s', async (answered, code) => {
    const { outcome, polls } = await wait(pending, error(answered))
    expect([outcome, polls]).toMatchObject([{ ok: false, error: { code } }, 2])
  })

  it.each([
    ['another kind of token', json({ access_token: 'x', token_type: 'mac' })],
    ['no token', json({ token_type: 'bearer' })],
    ['no JSON', new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['a redirect', new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
  ])('takes %s for no token', async (_what, answer) => {
    const { outcome } = await wait(() => answer)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'unexpected_answer' } })
  })
})
