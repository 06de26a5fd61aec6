import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import {
  ALICE,
  authorizePath,
  BROWSER,
  CAROL,
  DAVE,
  decideOn,
  jsonOf,
  locationOf,
  MANAGER,
  newDeveloper,
  redeem,
  registerApp,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider({}, { trustedProxies: ['127.0.0.1'] })
  app = await registerApp(server)
  await letIn(app, CAROL)
})
afterEach(() => server.close())

type Entry = Readonly<Record<string, unknown>>
const OWN = '/-/oauth/history'
const ofApp = () => `/-/oauth/clients/${app.clientId}/history`

const get = (path: string, request: TestRequest) => server.request(path, { headers: BROWSER, ...request })
async function entriesOf(path: string, request: TestRequest): Promise<readonly Entry[]> {
  const response = await get(path, request)
  expect(response.status).toBe(200)
  return ((await response.json()) as { readonly entries: readonly Entry[] }).entries
}
const events = (entries: readonly Entry[]) => entries.map(({ event }) => event)
const FLOW = ['token.issued', 'code.redeemed', 'code.issued', 'consent.granted']

async function letIn(which: TestApp, actor: typeof CAROL | typeof DAVE): Promise<void> {
  const decided = await decideOn(server, authorizePath(which), undefined, actor)
  const code = locationOf(decided).searchParams.get('code') ?? ''
  expect((await redeem(server, which, code)).status).toBe(200)
}
/** Leaves nothing ticked. */
const turnDown = (actor: typeof CAROL | typeof DAVE) => decideOn(server, authorizePath(app), {}, actor)

/** All grants of a person end by somebody else's hand, from somewhere else. */
async function managerEndsAll(actor: string) {
  const grants = await entriesOfGrants(actor)
  for (const grant of grants) {
    const ended = await server.request(`/-/oauth/grants/${grant}.json`, {
      method: 'DELETE',
      actor: MANAGER,
      headers: { 'x-forwarded-for': '198.51.100.9' },
    })
    expect(ended.status).toBe(200)
  }
}
async function entriesOfGrants(actor: string) {
  const listed = await jsonOf(await get(`/-/oauth/grants.json?actor=${actor}`, { actor: MANAGER }))
  return (listed['grants'] as readonly Entry[]).map((grant) => String(grant['grant_id']))
}

describe('what happened with the access that a person gave', () => {
  it('is theirs to read, with what they turned down, and nobody else’s is in it', async () => {
    await letIn(app, DAVE)
    await turnDown(CAROL)
    const entries = await entriesOf(`${OWN}.json`, { actor: CAROL })
    expect(events(entries)).toEqual(['consent.denied', ...FLOW])
    expect(entries.at(-1)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      at: '2027-01-15T08:00:00Z',
      event: 'consent.granted',
      by: 'you',
      client_id: app.clientId,
      client_name: 'Report Maker',
      grant_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      scope: 'view-instance insert-row:team/posts',
      address: '127.0.0.1',
    })
    expect(entries.map(({ by }) => by)).toEqual(['you', 'an app', 'an app', 'you', 'you'])
    expect(JSON.stringify(entries)).not.toContain('dave')
    expect(events(await entriesOf(`${OWN}.json`, { actor: DAVE }))).toEqual(FLOW)
    expect(await entriesOf(`${OWN}.json`, { actor: { id: 'erin' } })).toEqual([])
  })

  it('says that somebody else ended it, and neither who nor from where', async () => {
    await managerEndsAll('carol')
    const [ended] = await entriesOf(`${OWN}.json`, { actor: CAROL })
    expect(ended).toMatchObject({ event: 'grant.ended', by: 'somebody else', address: null })
    for (const path of [OWN, `${OWN}.json`]) {
      const text = await (await get(path, { actor: CAROL })).text()
      expect(text).toContain('grant.ended')
      expect(text).not.toMatch(/manager|198\.51\.100\.9/u)
    }
    // What she did to others is not hers to read once she looks after nothing any more.
    expect(await entriesOf(`${OWN}.json`, { actor: MANAGER })).toEqual([])
  })

  it('is not widened by what an address says', async () => {
    await letIn(app, DAVE)
    const [grant] = await entriesOfGrants('dave')
    for (const query of ['actor=dave', 'owner=dave', `client=${app.clientId}`]) {
      expect(events(await entriesOf(`${OWN}.json?${query}`, { actor: CAROL }))).toEqual(FLOW)
    }
    expect(await entriesOf(`${OWN}.json?grant=${String(grant)}`, { actor: CAROL })).toEqual([])
    expect(events(await entriesOf(`${OWN}.json?event=code.issued`, { actor: CAROL }))).toEqual([
      'code.issued',
    ])
  })

  it('tells a number from a text that looks like it', async () => {
    await sql`update tapedeck_oauth_audit set owner_id = '42' where owner_id = '"carol"'`.execute(
      server.store,
    )
    expect(events(await entriesOf(`${OWN}.json`, { actor: { id: 42 } }))).toEqual(FLOW)
    expect(await entriesOf(`${OWN}.json`, { actor: { id: '42' } })).toEqual([])
  })

  it('is linked from the page of what they gave, and leads back to what lasts', async () => {
    expect(await (await get('/-/oauth/apps', { actor: CAROL })).text()).toContain(`href="${OWN}"`)
    const page = await (await get(OWN, { actor: CAROL })).text()
    expect(page).toContain('<bdi>Report Maker</bdi>')
    const [grant] = await entriesOfGrants('carol')
    expect(page).toContain(`href="/-/oauth/apps/${String(grant)}"`)
    await managerEndsAll('carol')
    expect(await (await get(OWN, { actor: CAROL })).text()).not.toContain('href="/-/oauth/apps/')
  })

  it('is for people at a browser with all their rights', async () => {
    const token = `dstok_${server.signer.sign({ a: 'carol', t: server.now() }, 'token')}`
    for (const path of [OWN, `${OWN}.json`]) {
      expect((await server.request(path)).status).toBe(403)
      expect((await server.request(path, { token })).status).toBe(403)
      expect((await get(path, { actor: { ...CAROL, _r: { a: ['vi'] } } })).status).toBe(403)
    }
  })

  it('goes on page by page', async () => {
    await sql`
      insert into tapedeck_oauth_audit (entry_id, at, event, client_id, owner_id, address)
      with recursive n(i) as (select 1 union all select i + 1 from n limit 150)
      select printf('%032x', i), cast(${server.now()} - 5000 + i as integer), 'token.refreshed', ${app.clientId}, '"carol"', '192.0.2.7' from n
    `.execute(server.store)
    const page = await (await get(`${OWN}?event=token.refreshed`, { actor: CAROL })).text()
    const next = /href="(?<path>\/-\/oauth\/history\?[^"]*_next=[^"]*)"/u.exec(page)?.groups?.['path'] ?? ''
    const rest = await (await get(next.replaceAll('&amp;', '&'), { actor: CAROL })).text()
    expect(rest).toContain('50 entries')
    expect((await get(`${OWN}?_next=1`, { actor: CAROL })).status).toBe(400)
    expect((await get(`${OWN}.json?event=nothing`, { actor: CAROL })).status).toBe(400)
  })
})

describe('what happened with an app', () => {
  it('is its owner’s to read, and names none of its people', async () => {
    await managerEndsAll('carol')
    await turnDown(DAVE)
    await redeem(server, app, 'made-up', { client_secret: 'made-up' })
    const entries = await entriesOf(`${ofApp()}.json`, { actor: ALICE })
    expect(events(entries)).toEqual([
      'client.authentication_failed',
      'consent.denied',
      'grant.ended',
      ...FLOW,
      'client.created',
    ])
    expect(entries.map(({ by }) => by)).toEqual([
      'an app',
      'somebody else',
      'somebody else',
      'an app',
      'an app',
      'somebody else',
      'somebody else',
      'you',
    ])
    expect(entries.map(({ address }) => address)).toEqual([
      ...Array.from({ length: 7 }, () => null),
      '127.0.0.1',
    ])
    expect(entries.at(-2)).toMatchObject({ scope: 'view-instance insert-row:team/posts' })
    for (const path of [ofApp(), `${ofApp()}.json`]) {
      const text = await (await get(path, { actor: ALICE })).text()
      expect(text).toContain('consent.denied')
      expect(text).not.toMatch(/carol|dave|manager|198\.51\.100\.9/u)
    }
  })

  it('is linked from its page', async () => {
    const page = await (await get(`/-/oauth/clients/${app.clientId}`, { actor: ALICE })).text()
    expect(page).toContain(`href="${ofApp()}"`)
  })

  it('is nobody else’s, and whoever asks does not learn that there is one', async () => {
    const other = newDeveloper()
    const unknown = `/-/oauth/clients/${'0'.repeat(32)}/history`
    for (const ending of ['', '.json']) {
      const [foreign, none] = [
        await get(ofApp() + ending, { actor: other }),
        await get(unknown + ending, { actor: other }),
      ]
      expect([foreign.status, none.status]).toEqual([404, 404])
      expect((await get(ofApp() + ending, { actor: CAROL })).status).toBe(403)
      expect((await get(ofApp() + ending, { actor: MANAGER })).status).toBe(403)
    }
  })

  it('keeps to the app, whatever an address says', async () => {
    const another = await registerApp(server, 'confidential', 'https://app.example/cb', newDeveloper())
    await letIn(another, DAVE)
    for (const query of [`client=${another.clientId}`, 'owner=dave', 'actor=dave']) {
      const entries = await entriesOf(`${ofApp()}.json?${query}`, { actor: ALICE })
      expect(new Set(entries.map((entry) => entry['client_id']))).toEqual(new Set([app.clientId]))
    }
    const [grant] = await entriesOfGrants('dave')
    expect(await entriesOf(`${ofApp()}.json?grant=${String(grant)}`, { actor: ALICE })).toEqual([])
  })
})
