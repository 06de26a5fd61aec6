import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import {
  approveDevice,
  BROWSER,
  CAROL,
  DAVE,
  decideDevice,
  enterCode,
  jsonOf,
  poll,
  pollOutcome,
  registerApp,
  requestDevice,
  startDeviceProvider,
  ticketOf,
} from '../../test-app.ts'

let server: TestServer
beforeAll(async () => {
  server = await startDeviceProvider()
})
afterAll(() => server.close())

const VERIFY = '/-/oauth/device/verify'
const open = (path: string, request: TestRequest = {}) =>
  server.request(path, { actor: CAROL, headers: BROWSER, ...request })
const textOf = async (answer: Promise<Response>) => (await answer).text()

describe('who may enter a code', () => {
  it('leads somebody who is signed out to sign in, and back with the code', async () => {
    const answer = await server.request(`${VERIFY}?code=BCDF-2345`, { headers: BROWSER })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `/-/sign-in?next=${encodeURIComponent(`${VERIFY}?code=BCDF-2345`)}`,
    ])
  })

  it('says what is missing to somebody without the permission', async () => {
    const page = await textOf(open(VERIFY, { actor: { id: 'erin' } }))
    expect(page).toContain('oauth-device-tokens')
  })

  it('T86: is no API token, whoever it speaks for', async () => {
    const token = await deviceToken({})
    const answer = await server.request(VERIFY, { token })
    expect([answer.status, await jsonOf(answer)]).toEqual([
      403,
      { error: 'Token authentication cannot be used here' },
    ])
    const { userCode } = await requestDevice(server)
    expect((await server.request(VERIFY, { token, form: { code: userCode } })).status).toBe(403)
  })

  it('is nobody in a session with restrictions, who would give more than they have', async () => {
    const answer = await open(VERIFY, {
      actor: { ...CAROL, _r: { a: ['view-instance', 'oauth-device-tokens'] } },
    })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('This session cannot give access')
  })

  it('is not root, also with --root and a rule of its own, unless the configuration lifts that', async () => {
    const withRoot = await startDeviceProvider({}, { rootEnabled: true })
    const denied = await withRoot.request(VERIFY, { actor: { id: 'root' } })
    expect([denied.status, await jsonOf(denied)]).toEqual([403, { error: 'Permission denied' }])
    await withRoot.close()

    const lifted = await startDeviceProvider({ allow_root_device_tokens: true }, { rootEnabled: true })
    expect((await lifted.request(VERIFY, { actor: { id: 'root' } })).status).toBe(200)
    await lifted.close()
  })

  it('is shown the way in the menu', async () => {
    expect(await textOf(open('/', { actor: CAROL }))).toContain('Connect a device')
    expect(await textOf(open('/', { actor: { id: 'erin' } }))).not.toContain('Connect a device')
  })

  async function deviceToken(form: Readonly<Record<string, string>>): Promise<string> {
    const codes = await requestDevice(server, form)
    await approveDevice(server, codes)
    return String((await jsonOf(await poll(server, codes)))['access_token'])
  }
})

describe('while the device flow is off', () => {
  it('tells a person so on a page, and a program in JSON', async () => {
    const off = await startDeviceProvider({ enable_device_flow: false })
    const page = await off.request(VERIFY, { headers: BROWSER })
    expect([page.status, await page.text()]).toEqual([
      403,
      expect.stringContaining('enable_device_flow: true'),
    ])
    expect(await (await off.request(VERIFY)).json()).toEqual({ error: 'Device flow is not enabled' })
    await off.close()
  })
})

describe('entering a code', () => {
  it('asks for it', async () => {
    const answer = await open(VERIFY)
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(page).toContain('Verify Device')
    expect(page).toContain('Never enter a code that somebody sent you')
  })

  it('T82: finds the request however the code is spelled', async () => {
    const { userCode } = await requestDevice(server)
    const bare = userCode.replace('-', '')
    for (const spelled of [userCode, bare, bare.toLowerCase(), `${bare.slice(0, 4)} ${bare.slice(4)}`]) {
      expect(await textOf(enterCode(server, spelled))).toContain(userCode)
    }
  })

  it('T75: opens a link that carries the code, and still decides nothing', async () => {
    const codes = await requestDevice(server)
    const page = await textOf(open(`${VERIFY}?code=${codes.userCode}`))
    expect(page).toContain(codes.userCode)
    expect(page).toContain('Your device must show this code')
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
  })

  it('only fills the field in when the link stands on another site or is only previewed: no claim, no try', async () => {
    const { userCode } = await requestDevice(server)
    const fromElsewhere = { headers: { ...BROWSER, 'sec-fetch-site': 'cross-site' } }
    const page = await textOf(open(`${VERIFY}?code=${userCode.toLowerCase()}`, fromElsewhere))
    expect(page).toContain(`value="${userCode}"`)
    expect(ticketOf(page)).toBe('')
    await open(`${VERIFY}?code=${userCode}`, { method: 'HEAD' })
    for (let count = 0; count < 10; count += 1) {
      await open(`${VERIFY}?code=WRNG-2345`, { ...fromElsewhere, actor: DAVE })
      await open(`${VERIFY}?code=WRNG-2345`, { method: 'HEAD', actor: DAVE })
    }
    expect(await textOf(open(`${VERIFY}?code="><b>x`, fromElsewhere))).not.toContain('<b>x')
    expect(await textOf(enterCode(server, userCode, { actor: DAVE }))).toContain('Your device must show')
  })

  it('only fills the field in for a link on a sibling of this site', async () => {
    const { userCode } = await requestDevice(server)
    const fromSibling = { headers: { ...BROWSER, 'sec-fetch-site': 'same-site' } }
    const page = await textOf(open(`${VERIFY}?code=${userCode}`, fromSibling))
    expect([page.includes(`value="${userCode}"`), ticketOf(page)]).toEqual([true, ''])
  })

  it('says what happened to a code that leads nowhere, and what to do', async () => {
    const denied = await requestDevice(server)
    await approveDevice(server, denied, { deny: 'Deny' })
    expect(await textOf(enterCode(server, denied.userCode))).toContain('already been used')
    expect(await textOf(enterCode(server, ''))).toContain('There is no code')

    const later = await startDeviceProvider()
    const { userCode } = await requestDevice(later)
    later.advance(900)
    const page = await (await enterCode(later, userCode)).text()
    expect(page).toContain('This code has expired')
    expect(page).toContain('Start again on your device')
    await later.close()
  })
})

describe('the review page', () => {
  it('T84: shows who asks, from where, when and with what, for what, and the warning', async () => {
    const { userCode } = await requestDevice(server, undefined, {
      headers: { 'user-agent': 'curl/8 <script>alert(1)</script>' },
      address: '203.0.113.7',
    })
    const page = await textOf(enterCode(server, userCode))
    expect(page).toContain('An unregistered command line')
    expect(page).toContain('203.0.113.7')
    expect(page).toContain('curl/8 &lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('datetime="2027-01-15T08:00:00Z"')
    expect(page).toContain('Only continue if you started this yourself')
    expect(page).toContain('name="scope_1"')
    expect(page).toContain('Add rows to')
  })

  it('warns when the request comes from another network than the reader', async () => {
    const review = async (from: string, reader: string) => {
      const { userCode } = await requestDevice(server, undefined, { address: from })
      return textOf(enterCode(server, userCode, { address: reader }))
    }
    const banner = 'This request came from another network than yours'
    expect(await review('203.0.113.7', '198.51.100.9')).toContain(banner)
    expect(await review('203.0.113.7', '203.0.113.200')).not.toContain(banner)
    expect(await review('2001:db8:1:2::1', '2001:db8:1:3::9')).not.toContain(banner)
    expect(await review('2001:db8:1::1', '2001:db8:2::1')).toContain(banner)
    expect(await review('203.0.113.7', '::ffff:203.0.113.8')).not.toContain(banner)
    expect(await review('127.0.0.1', '::1')).not.toContain('another network')
    expect(await review('203.0.113.7', '2001:db8::1')).toContain('One is IPv4 and the other IPv6')
  })

  it('shows what would hide in a name', async () => {
    const scope = JSON.stringify([['view-table', 'te\u0000am', 'a\u202Eb']])
    const { userCode } = await requestDevice(server, { scope })
    const page = await textOf(enterCode(server, userCode))
    expect(page).toContain(String.raw`te\x00am`)
    expect(page).toContain(String.raw`a\u202eb`)
    expect([page.includes('\u0000'), page.includes('\u202E')]).toEqual([false, false])
  })

  it('names a registered app and who registered it', async () => {
    const app = await registerApp(server, 'public')
    const { userCode } = await requestDevice(server, { client_id: app.clientId })
    const page = await textOf(enterCode(server, userCode))
    expect(page).toContain('Report Maker')
    expect(page).toContain('Registered on this site by <bdi class="name">alice</bdi>')
    expect(page).not.toContain('An unregistered command line')
  })

  it('says that full access is everything, and has the browser ask for a tick', async () => {
    const { userCode } = await requestDevice(server, {})
    const page = await textOf(enterCode(server, userCode))
    expect(page).toContain('Everything that you can do')
    expect(page).toMatch(/<input type="checkbox" name="full_access" value="on" required=""/u)
  })

  it('offers six lifetimes, an hour first, and none that tokens may not have', async () => {
    const { userCode } = await requestDevice(server)
    const page = await textOf(enterCode(server, userCode))
    expect([...page.matchAll(/<option value="(\d+)"/gu)].map(([, seconds]) => Number(seconds))).toEqual([
      900, 3600, 28_800, 86_400, 604_800, 2_592_000,
    ])
    expect(page).toContain('<option value="3600" selected="">1 hour</option>')

    const capped = await startDeviceProvider({}, {}, { max_signed_tokens_ttl: 1800 })
    const codes = await requestDevice(capped)
    const cappedPage = await (await enterCode(capped, codes.userCode)).text()
    expect(cappedPage).toContain('<option value="900" selected="">15 minutes</option>')
    expect(cappedPage).not.toContain('value="3600"')
    await decideDevice(capped, cappedPage, { scope_0: 'on', token_ttl_seconds: '3600' })
    expect(await pollOutcome(capped, codes)).toBe('authorization_pending')
    await capped.close()
  })

  it('shows what the person cannot give, and offers nothing of it', async () => {
    const { userCode } = await requestDevice(server, {
      scope: '[["view-instance"],["drop-table","team","posts"]]',
    })
    const page = await textOf(enterCode(server, userCode))
    expect(page).toContain('You cannot do this yourself')
    expect(page).toMatch(/name="scope_1" value="on" disabled=""/u)
  })

  it('T60: is in no frame, in no cache, and tells no other site where the reader was', async () => {
    const { userCode } = await requestDevice(server)
    for (const answer of [await open(VERIFY), await enterCode(server, userCode)]) {
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(answer.headers.get('x-frame-options')).toBe('DENY')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('whose a code is', () => {
  it('T85: belongs to who opened it first; nobody else can look at it, approve it or deny it (CVE-2026-45337)', async () => {
    const codes = await requestDevice(server)
    const carols = await textOf(enterCode(server, codes.userCode))
    const daves = await textOf(enterCode(server, codes.userCode, { actor: DAVE }))
    expect(daves).toContain('Somebody else has opened this code')
    expect(daves).not.toContain('Add rows to')

    for (const form of [undefined, { deny: 'Deny' }]) {
      const answer = await decideDevice(server, carols, form, { actor: DAVE })
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('does not belong to your session'),
      ])
    }
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
    expect(await textOf(decideDevice(server, carols))).toContain('Device authorized successfully')
  })

  it('goes to one of 20 people who open it at once', async () => {
    const crowd = Array.from({ length: 20 }, (_, index) => ({ id: `person-${index}`, role: 'editor' }))
    const { userCode } = await requestDevice(server)
    const pages = await Promise.all(
      crowd.map(async (actor, index) =>
        (await enterCode(server, userCode, { actor, address: `10.0.${index}.1` })).text(),
      ),
    )
    expect(pages.filter((page) => page.includes('Your device must show'))).toHaveLength(1)
  })

  it('is decided in the session that opened it', async () => {
    const codes = await requestDevice(server)
    const page = await textOf(enterCode(server, codes.userCode))
    const otherSession = { ...CAROL, name: 'Carol in another browser' }
    expect((await decideDevice(server, page, undefined, { actor: otherSession })).status).toBe(400)
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
  })

  it('T35: is not decided by a form on another site', async () => {
    const codes = await requestDevice(server)
    const page = await textOf(enterCode(server, codes.userCode))
    const headers = { ...BROWSER, 'sec-fetch-site': 'cross-site' }
    expect((await decideDevice(server, page, undefined, { headers })).status).toBe(403)
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
  })

  it('is not decided without the ticket of a page, whatever else is posted', async () => {
    const codes = await requestDevice(server, {})
    const form = { code: codes.userCode, confirm: '1', full_access: 'on', token_ttl_seconds: '3600' }
    expect(await textOf(enterCode(server, '', { form }))).toContain('Your device must show this code')
    expect((await enterCode(server, '', { form: { ...form, ticket: 'x' } })).status).toBe(400)
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
  })
})
