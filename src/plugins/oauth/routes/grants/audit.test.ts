import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import {
  ALICE,
  BROWSER,
  CAROL,
  jsonOf,
  MANAGER,
  obtainToken,
  redeem,
  registerApp,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider()
  app = await registerApp(server)
  server.advance(60)
  await obtainToken(server, app)
})
afterEach(() => server.close())

type Trail = {
  readonly entries: readonly Readonly<Record<string, unknown>>[]
  readonly next_url: string | null
}

const ALL = ['token.issued', 'code.redeemed', 'code.issued', 'consent.granted', 'client.created']
const get = (path: string, request: TestRequest = {}) =>
  server.request(path, { actor: MANAGER, headers: BROWSER, ...request })
const trail = async (query = '') => {
  const response = await get(`/-/oauth/audit.json${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as Trail
}
const events = async (query: string) => (await trail(query)).entries.map(({ event }) => event)

describe('the trail of apps', () => {
  it('says who did what, with which app and grant, when and from where, in order also within a second', async () => {
    const { entries } = await trail()
    expect(entries.map(({ event }) => event)).toEqual(ALL)
    const grant = entries[0]?.['grant_id']
    expect(entries[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      at: '2027-01-15T08:01:00Z',
      event: 'token.issued',
      actor_id: 'carol',
      client_id: app.clientId,
      client_name: 'Report Maker',
      grant_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      owner_id: 'carol',
      scope: null,
      address: '127.0.0.1',
    })
    expect(await events(`?grant=${String(grant)}`)).toEqual(ALL.slice(0, 4))
    expect(await events('?actor=alice')).toEqual(['client.created'])
    expect(await events(`?client=${app.clientId}&event=code.issued`)).toEqual(['code.issued'])
    expect(await events('?client=none')).toEqual([])
    expect(await events('?until=2027-01-15+08:00')).toEqual(['client.created'])
    expect(await events('?since=2027-01-15+08:01&actor=&event=')).toEqual(ALL.slice(0, 4))
  })

  it('shows the same as a page, keeps the filter in its links, and goes on after an app was deleted', async () => {
    const page = await (await get('/-/oauth/audit?event=code.issued')).text()
    expect(page).toContain('<bdi>Report Maker</bdi>')
    expect(page).toContain('href="/-/oauth/audit.json?event=code.issued"')
    expect(page).toContain('href="/-/oauth/audit.csv?event=code.issued"')
    await server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect(await (await get('/-/oauth/audit')).text()).toContain(`<bdi>${app.clientId}</bdi>`)
    expect(await (await get('/-/oauth/audit?actor=nobody')).text()).toContain('Nothing like that')
  })

  it('keeps what was mistyped, with what would be right', async () => {
    const response = await get('/-/oauth/audit?since=yesterday&actor=carol')
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain('Write a day or a moment in UTC')
    expect(page).toContain('value="yesterday"')
    for (const ending of ['.json', '.csv']) {
      expect((await get(`/-/oauth/audit${ending}?until=2027-13-01`)).status).toBe(400)
    }
    expect((await get('/-/oauth/audit?_next=1')).status).toBe(400)
  })

  it('says at the field what finds nothing by mistake', async () => {
    for (const [query, message] of [
      ['event=grant.endet', 'There is no such event.'],
      ['since=2027-01-16&until=2027-01-15', 'This is before the beginning.'],
    ] as const) {
      const response = await get(`/-/oauth/audit?${query}`)
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message)])
      for (const ending of ['.json', '.csv']) {
        expect((await get(`/-/oauth/audit${ending}?${query}`)).status).toBe(400)
      }
    }
    expect(await events('?since=2027-01-15&until=2027-01-15')).toEqual(ALL)
  })

  it('finds an app by a part of its name, and leads to an access for as long as it is there', async () => {
    expect(await events('?client=report+m')).toEqual(ALL)
    expect(await events('?client=other')).toEqual([])
    const grant = String((await trail()).entries[0]?.['grant_id'])
    const link = `href="/-/oauth/grants/${grant}"`
    expect(await (await get('/-/oauth/audit')).text()).toContain(link)
    expect(await (await get('/-/oauth/audit')).text()).not.toContain('of <bdi>carol</bdi>')
    await server.request(`/-/oauth/grants/${grant}.json`, { method: 'DELETE', actor: MANAGER })
    const page = await (await get('/-/oauth/audit')).text()
    expect(page).not.toContain(link)
    expect(page).toContain('an access was ended')
    expect(page).toContain('<bdi>carol</bdi>')
  })

  it('says what was given and what was left, in words and as a scope', async () => {
    const granted = 'insert-row:team/posts'
    const given = (await trail('?event=consent.granted')).entries[0]
    expect(given).toMatchObject({ owner_id: 'carol', scope: `view-instance ${granted}` })
    const form = { do: 'narrow', keep: '["insert-row","team","posts"]' }
    await get(`/-/oauth/grants/${String(given?.['grant_id'])}`, { form })
    const left = await trail('?event=grant.narrowed')
    expect(left.entries).toMatchObject([{ actor_id: 'manager', owner_id: 'carol', scope: granted }])
    expect((await trail('?event=consent.granted')).entries[0]).toEqual(given)
    const page = await (await get('/-/oauth/audit?event=grant.narrowed')).text()
    expect(page).toContain('<bdi class="name">posts</bdi>')
    const csv = await (await get('/-/oauth/audit.csv?event=grant.narrowed')).text()
    expect(csv).toContain(`,carol,${granted}`)
  })

  it('finds what somebody else did to the access of a person, also after it is gone', async () => {
    const grant = String((await trail()).entries[0]?.['grant_id'])
    await server.request(`/-/oauth/grants/${grant}.json`, { method: 'DELETE', actor: MANAGER })
    expect(await events('?actor=carol')).not.toContain('grant.ended')
    expect(await events('?owner=carol')).toEqual(['grant.ended', ...ALL.slice(0, 4)])
    expect(await events('?owner=carol&actor=manager')).toEqual(['grant.ended'])
    expect(await events('?owner=manager')).toEqual([])
    await server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect(await events('?owner=carol')).toEqual(['grant.ended', ...ALL.slice(0, 4)])
    expect(await (await get('/-/oauth/audit?owner=carol')).text()).toContain('value="carol"')
  })

  it('is in the account menu of those who may read it, and of nobody else', async () => {
    const link = 'href="/-/oauth/audit"'
    expect(await (await get('/')).text()).toContain(link)
    expect(await (await get('/', { actor: CAROL })).text()).not.toContain(link)
  })

  it('has no token, secret or code in it', async () => {
    await redeem(server, app, 'a-code-that-was-made-up', { client_secret: 'a-secret-that-was-made-up' })
    const csv = await (await get('/-/oauth/audit.csv')).text()
    expect(csv).toContain(`client.authentication_failed,,${app.clientId},,127.0.0.1`)
    expect(csv + JSON.stringify(await trail())).not.toMatch(/made-up|dstok_/u)
    expect(csv).not.toContain(app.secret)
  })
})

describe('a long trail of apps', () => {
  const LONG = 10_250
  beforeEach(async () => {
    await sql`
      insert into tapedeck_oauth_audit (entry_id, at, event, client_id, address)
      with recursive n(i) as (select 1 union all select i + 1 from n limit ${LONG})
      select printf('%032x', i), cast(${server.now()} - 5000 + i / 4 as integer), case when i = 5 then 'client.deleted' else 'token.refreshed' end,
        ${app.clientId}, '192.0.2.7' from n
    `.execute(server.store)
  })

  it('is read page by page, and looked through 10,000 rows at a time', async () => {
    const pages: Trail[] = []
    for (let path: string | null = '?event=client.deleted'; path !== null;) {
      const page: Trail = await trail(path)
      pages.push(page)
      path = page.next_url === null ? null : new URL(page.next_url).search
    }
    expect(pages.map(({ entries }) => entries.length)).toEqual([0, 1])
    expect(await (await get('/-/oauth/audit?event=client.deleted')).text()).toContain(
      'The next page looks further back.',
    )
  })

  it.each(['=1+1', '+1', '-1', '@sum', '\t=1', '\r=1'])(
    'is exported without formulas: %j is text to a spreadsheet',
    async (id) => {
      await registerApp(server, 'confidential', 'https://app.example/cb', { id, role: 'developer' })
      const csv = await (await get('/-/oauth/audit.csv?event=client.created')).text()
      expect(csv).toMatch(/client\.created,"?'[=+\-@\t\r]/u)
      expect(csv).not.toMatch(/client\.created,"?[=+\-@\t\r]/u)
    },
  )

  it('is exported as a whole, each row once', async () => {
    const response = await get('/-/oauth/audit.csv')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="oauth-audit.csv"')
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines[0]).toBe('at,event,actor_id,client_id,grant_id,address,owner_id,scope')
    expect(lines).toHaveLength(1 + LONG + ALL.length)
    const few = await (await get('/-/oauth/audit.csv?event=client.deleted')).text()
    expect(few.trimEnd().split('\r\n')).toHaveLength(2)
  })
})

it('is for holders of oauth-manage-grants at a browser, and no token', async () => {
  const token = `dstok_${server.signer.sign({ a: 'manager', t: server.now() }, 'token')}`
  for (const path of ['/-/oauth/audit', '/-/oauth/audit.json', '/-/oauth/audit.csv']) {
    expect((await get(path, { actor: CAROL })).status).toBe(403)
    const refused = await server.request(path, { token })
    expect([refused.status, await jsonOf(refused)]).toEqual([
      403,
      { error: 'Token authentication cannot be used here' },
    ])
    expect((await server.request(path)).status).toBe(403)
  }
})
