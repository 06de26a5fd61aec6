import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../../testing.ts'
import {
  actorOf,
  ALICE,
  approveDevice,
  authorizePath,
  BROWSER,
  CAROL,
  DAVE,
  decideOn,
  jsonOf,
  locationOf,
  MANAGER,
  obtainCode,
  obtainPair,
  obtainToken,
  pairOf,
  redeem,
  refresh,
  registerApp,
  requestDevice,
  startDeviceProvider,
  type TestApp,
} from '../../test-app.ts'

const TTL = 600

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startDeviceProvider({ access_token_ttl: TTL })
  app = await registerApp(server)
})
afterEach(() => server.close())

type Listed = Readonly<Record<string, unknown>> & { readonly grant_id: string }
type List = {
  readonly grants: readonly Listed[]
  readonly next: string | null
  readonly next_url: string | null
}

const get = (path: string, request: TestRequest = {}) =>
  server.request(path, { actor: CAROL, headers: BROWSER, ...request })
const post = (path: string, form: TestRequest['form'], request: TestRequest = {}) =>
  server.request(path, { actor: CAROL, headers: BROWSER, ...(form !== undefined && { form }), ...request })
const list = async (path = '/-/oauth/apps.json', actor: TestRequest['actor'] = CAROL) => {
  const response = await server.request(path, { ...(actor !== undefined && { actor }) })
  expect(response.status).toBe(200)
  return (await response.json()) as List
}
const onlyGrant = async () => {
  const { grants } = await list()
  expect(grants).toHaveLength(1)
  return `/-/oauth/apps/${grants[0]?.grant_id ?? ''}`
}
const rightsOf = async (token: string) => {
  const { actor, status } = await actorOf(server, token)
  return status === 200 ? new Map(Object.entries(Object(actor))).get('_r') : status
}
const note = (response: Response) => {
  const value = /ds_messages=([^;]+)/u.exec(response.headers.get('set-cookie') ?? '')?.[1]
  return value === undefined ? null : JSON.stringify(server.signer.verify(value, 'messages'))
}
const audited = async () => {
  const { rows } = await sql<{ event: string; actor_id: string | null }>`
    select event, actor_id from tapedeck_oauth_audit where event like 'grant.%'`.execute(server.store)
  return rows
}
/** The keep fields of a form, with some more in it. */
const keep = (...scopes: readonly string[]) =>
  new URLSearchParams([['do', 'narrow'], ...scopes.map((scope): [string, string] => ['keep', scope])])
const VIEW = '["view-instance"]'
const TABLE = '["view-table","team","posts"]'
const INSERT = '["insert-row","team","posts"]'

describe('apps with access to your data', () => {
  it('is empty at first, and is in the account menu', async () => {
    const page = await (await get('/-/oauth/apps')).text()
    expect(page).toContain('No app has access')
    expect(page).toContain('href="/-/oauth/apps"')
    expect(page).not.toContain('href="/-/oauth/grants"')
    expect(await list()).toEqual({ grants: [], next: null, next_url: null })
  })

  it('names the app, its host, what it may do, since when, last used from where, and until when', async () => {
    const token = await obtainToken(server, app)
    server.advance(60)
    await server.request('/-/actor.json', { token, address: '192.0.2.9' })
    server.advance(60)
    const page = await (await get('/-/oauth/apps')).text()
    expect(page).toContain('<bdi class="name">Report Maker</bdi>')
    expect(page).toContain('<bdi class="code">app.example</bdi>')
    expect(page).toContain('Registered on this site by <bdi class="name">alice</bdi>')
    expect(page).toMatch(/Add rows to [^]*posts/u)
    expect(page).toContain('<bdi class="code">192.0.2.9</bdi>')
    expect(page).not.toContain('Unverified')
    const { grants } = await list()
    expect(grants).toEqual([
      {
        grant_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
        actor_id: 'carol',
        client_id: app.clientId,
        client_name: 'Report Maker',
        client_registered_by: 'alice',
        scope: 'view-instance insert-row:team/posts',
        datasette_scopes: [['view-instance'], ['insert-row', 'team', 'posts']],
        resource: null,
        created_at: '2027-01-15T08:00:00Z',
        narrowed_at: null,
        last_used_at: '2027-01-15T08:01:00Z',
        last_used_address: '192.0.2.9',
        pending: false,
        expires_at: '2027-01-15T08:10:00Z',
      },
    ])
  })

  it('says what was approved and not fetched yet, for as long as it can be', async () => {
    const code = await obtainCode(server, app, { scope: 'view-instance offline_access' })
    const expectPending = async () => {
      expect((await list()).grants[0]).toMatchObject({ pending: true, expires_at: '2027-01-15T08:10:00Z' })
      expect(await (await get('/-/oauth/apps')).text()).toContain('Not used yet')
    }
    await expectPending()
    expect((await redeem(server, app, code)).status).toBe(200)
    const [grant] = (await list()).grants
    expect(grant).toMatchObject({ pending: false, expires_at: '2028-01-15T08:00:00Z' })
    await post('/-/oauth/apps', { do: 'confirm-end-all' })

    const device = await requestDevice(server)
    await approveDevice(server, device, { scope_0: 'on', token_ttl_seconds: String(TTL) })
    expect((await list()).grants[0]).toMatchObject({ pending: true })
    server.advance(900)
    expect((await list()).grants).toEqual([])
  })

  it('says that nobody vouches for what nobody registered', async () => {
    await approveDevice(server, await requestDevice(server), {
      scope_0: 'on',
      token_ttl_seconds: String(TTL),
    })
    const page = await (await get('/-/oauth/apps')).text()
    expect(page).toContain('Unverified')
    expect(page).toContain('nobody here vouches for it')
  })

  it('forgets what has ended by its time', async () => {
    await obtainToken(server, app)
    server.advance(TTL - 1)
    await onlyGrant()
    server.advance(1)
    expect((await list()).grants).toEqual([])
  })

  it('shows the grants of nobody else, under no address', async () => {
    await obtainToken(server, app)
    const path = await onlyGrant()
    expect((await list('/-/oauth/apps.json', DAVE)).grants).toEqual([])
    expect((await list(`/-/oauth/apps.json?actor=carol&client=${app.clientId}`, DAVE)).grants).toEqual([])
    expect((await get(path, { actor: DAVE })).status).toBe(404)
    expect((await post(path, { do: 'end' }, { actor: DAVE })).status).toBe(404)
    expect((await post(path, keep(VIEW), { actor: DAVE })).status).toBe(404)
    expect((await server.request(`${path}.json`, { method: 'DELETE', actor: DAVE })).status).toBe(404)
    await post('/-/oauth/apps', { do: 'confirm-end-all' }, { actor: DAVE })
    await onlyGrant()
    expect(await audited()).toEqual([])
  })

  it('reads page by page, each grant once', async () => {
    await obtainToken(server, app)
    await sql`
      insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at)
      with recursive n(i) as (select 1 union all select i + 1 from n limit 120)
      select printf('%032x', i), client_id, user_id, person, scopes, created_at + i / 10 from n, tapedeck_oauth_grants
    `.execute(server.store)
    const seen: string[] = []
    let pages = 0
    for (let path: string | null = '/-/oauth/apps.json'; path !== null; pages += 1) {
      const page: List = await list(path)
      seen.push(...page.grants.map(({ grant_id: id }) => id))
      path = page.next_url?.replace(server.origin, '') ?? null
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([3, 121, 121])
    const first = await (await get('/-/oauth/apps')).text()
    const next = /href="(?<next>[^"]+)" rel="next"/u.exec(first)?.groups?.['next'] ?? ''
    expect(await (await get(next.replaceAll('&amp;', '&'))).text()).toContain('First page')
    expect((await get('/-/oauth/apps?_next=1')).status).toBe(400)
    expect((await get('/-/oauth/apps.json?_next=x')).status).toBe(400)
  })
})

describe('ending a grant', () => {
  it('holds at the next request, once, and leaves a row in the trail', async () => {
    const token = await obtainToken(server, app)
    const path = await onlyGrant()
    const ended = await post(path, { do: 'end' })
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/-/oauth/apps'])
    expect(note(ended)).toContain('Report Maker has no access any more.')
    expect(await rightsOf(token)).toBe(401)
    expect((await post(path, { do: 'end' })).status).toBe(404)
    expect((await server.request(`${path}.json`, { method: 'DELETE', actor: CAROL })).status).toBe(404)
    expect(await audited()).toEqual([{ event: 'grant.ended', actor_id: '"carol"' }])
  })

  it('is done once by many at once', async () => {
    await obtainToken(server, app)
    const path = await onlyGrant()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => server.request(`${path}.json`, { method: 'DELETE', actor: CAROL })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(7)
    expect(await audited()).toHaveLength(1)
  })

  it('T106: takes its pending code along', async () => {
    const code = await obtainCode(server, app)
    await post(await onlyGrant(), { do: 'end' })
    expect((await jsonOf(await redeem(server, app, code)))['error']).toBe('invalid_grant')
  })

  it('ends all of one’s own after asking once', async () => {
    const other = await registerApp(server)
    const tokens = [await obtainToken(server, app), await obtainToken(server, other)]
    const daves = await decideOn(server, authorizePath(app, { scope: 'view-instance' }), undefined, DAVE)
    const code = locationOf(daves).searchParams.get('code') ?? ''
    const asked = await post('/-/oauth/apps', { do: 'end-all' })
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining('confirm-end-all')])
    expect((await list()).grants).toHaveLength(2)
    const ended = await post('/-/oauth/apps', { do: 'confirm-end-all' })
    expect([ended.status, note(ended)]).toEqual([
      303,
      expect.stringContaining('The access of 2 apps has ended.'),
    ])
    expect(await Promise.all(tokens.map(rightsOf))).toEqual([401, 401])
    expect((await redeem(server, app, code)).status).toBe(200)
    expect(await audited()).toHaveLength(2)
    expect(note(await post('/-/oauth/apps', { do: 'confirm-end-all' }))).toContain(
      'No app had access any more.',
    )
  })
})

describe('an app that somebody let in several times', () => {
  const several = async () => [
    await obtainToken(server, app),
    await obtainToken(server, app),
    await obtainToken(server, app),
  ]
  const first = async () => `/-/oauth/apps/${(await list()).grants[0]?.grant_id ?? ''}`

  it('keeps the others when one access is ended or narrowed, and the note says so', async () => {
    await several()
    const path = await first()
    expect(await (await get('/-/oauth/apps')).text()).toContain(
      `<a href="/-/oauth/apps?client=${app.clientId}">3 that you gave to this app</a>`,
    )
    expect(note(await post(path, keep(VIEW)))).toContain('Report Maker still has 2 others.')
    expect(note(await post(path, { do: 'end' }))).toContain(
      'This access of Report Maker has ended. Report Maker still has 2 others.',
    )
    expect(note(await post(await first(), { do: 'end' }))).toContain('still has one other.')
    expect(note(await post(await first(), { do: 'end' }))).toContain('Report Maker has no access any more.')
  })

  it('is turned away altogether with one post, other apps and people are not', async () => {
    const tokens = await several()
    expect(await (await get(await first())).text()).toContain('End all access of this app')
    const other = await registerApp(server)
    const kept = await obtainToken(server, other)
    const daves = await decideOn(server, authorizePath(app, { scope: 'view-instance' }), undefined, DAVE)
    expect(daves.status).toBe(303)
    const form = { do: 'confirm-end-all', client: app.clientId, actor: 'dave' }
    const ended = await post('/-/oauth/apps', form)
    expect(note(ended)).toContain('3 accesses of one app have ended.')
    expect(await Promise.all(tokens.map(rightsOf))).toEqual([401, 401, 401])
    expect(await rightsOf(kept)).not.toBe(401)
    expect((await list('/-/oauth/apps.json', DAVE)).grants).toHaveLength(1)
    expect(await audited()).toHaveLength(3)
  })

  it('is ended for what a manager has found, after asking once, and never without a search', async () => {
    const tokens = await several()
    const kept = await obtainToken(server, await registerApp(server))
    const asManager = { actor: MANAGER }
    const search = { client: app.clientId, actor: 'carol' }
    const query = `?client=${app.clientId}&actor=carol`
    for (const step of ['end-all', 'confirm-end-all']) {
      const refused = await post('/-/oauth/grants', { do: step }, asManager)
      expect([refused.status, refused.headers.get('location')]).toEqual([303, '/-/oauth/grants'])
    }
    expect((await list()).grants).toHaveLength(4)
    expect(await (await get(`/-/oauth/grants${query}`, asManager)).text()).toContain(
      'End all 3 that are found',
    )
    const asked = await (await post('/-/oauth/grants', { do: 'end-all', ...search }, asManager)).text()
    expect(asked).toContain('End all 3 that are found?')
    expect(await audited()).toEqual([])
    const ended = await post('/-/oauth/grants', { do: 'confirm-end-all', ...search }, asManager)
    expect(ended.headers.get('location')).toBe(`/-/oauth/grants${query}`)
    expect(note(ended)).toContain('3 accesses of one app have ended.')
    expect(await Promise.all(tokens.map(rightsOf))).toEqual([401, 401, 401])
    expect(await rightsOf(kept)).not.toBe(401)
    expect(new Set((await audited()).map(({ actor_id: id }) => id))).toEqual(new Set(['"manager"']))
    const form = { do: 'confirm-end-all', client: 'Report' }
    expect((await post('/-/oauth/grants', form, { actor: CAROL })).status).toBe(403)
    expect(await rightsOf(kept)).not.toBe(401)
  })

  it('is ended some hundred at a time', async () => {
    await obtainToken(server, app)
    await sql`
      insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at)
      with recursive n(i) as (select 1 union all select i + 1 from n limit 520)
      select printf('%032x', i), client_id, user_id, person, scopes, created_at from n, tapedeck_oauth_grants
    `.execute(server.store)
    const form = { do: 'confirm-end-all', client: app.clientId }
    expect(note(await post('/-/oauth/apps', form))).toContain('21 more are still found')
    expect(note(await post('/-/oauth/apps', form))).toContain('21 accesses of one app have ended.')
    expect((await list()).grants).toEqual([])
  })
})

describe('narrowing a grant', () => {
  const scope = 'view-instance view-table:team/posts insert-row:team/posts offline_access'

  it('shrinks the tokens that are out, at the next request', async () => {
    const { access } = await obtainPair(server, app, { scope })
    const posts = { id: 1, title: 'x' }
    const insert = () => server.request('/team/posts/-/insert', { token: access, json: { rows: [posts] } })
    expect((await insert()).status).toBe(201)
    const path = await onlyGrant()
    const narrowed = await post(path, keep(VIEW, TABLE))
    expect([narrowed.status, narrowed.headers.get('location')]).toEqual([303, path])
    expect(note(narrowed)).toContain('Report Maker may do less from now on.')
    expect((await insert()).status).toBe(403)
    expect((await server.request('/team/posts.json', { token: access })).status).toBe(200)
    expect(await rightsOf(access)).toEqual({ a: ['vi'], r: { team: { posts: ['vt'] } } })
    expect(await audited()).toEqual([{ event: 'grant.narrowed', actor_id: '"carol"' }])
    expect(await (await get(path)).text()).not.toContain('insert-row')
  })

  it('shrinks what is refreshed and what a code is still to give', async () => {
    const { refresh: token } = await obtainPair(server, app, { scope })
    await post(await onlyGrant(), keep(VIEW))
    const wide = await refresh(server, app, token, { scope: 'insert-row:team/posts' })
    expect((await jsonOf(wide))['error']).toBe('invalid_scope')
    expect((await jsonOf(await refresh(server, app, token)))['scope']).toBe('view-instance')

    await post('/-/oauth/apps', { do: 'confirm-end-all' })
    const code = await obtainCode(server, app)
    await post(await onlyGrant(), keep(VIEW))
    expect((await jsonOf(await redeem(server, app, code)))['scope']).toBe('view-instance')
  })

  it('leaves what a narrower token may do as narrow as it is', async () => {
    const { refresh: token } = await obtainPair(server, app, { scope })
    const { access } = await pairOf(await refresh(server, app, token, { scope: 'view-instance' }))
    await post(await onlyGrant(), keep(VIEW, TABLE))
    expect(await rightsOf(access)).toEqual({ a: ['vi'] })
    await post(await onlyGrant(), keep(TABLE))
    expect(await rightsOf(access)).toEqual({})
  })

  it('is not undone by a refresh at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { access, refresh: token } = await obtainPair(server, app, { scope })
      const path = await onlyGrant()
      const [fresh] = await Promise.all([refresh(server, app, token), post(path, keep(VIEW))])
      const pair = await pairOf(fresh)
      expect([await rightsOf(access), await rightsOf(pair.access)]).toEqual([{ a: ['vi'] }, { a: ['vi'] }])
      const later = await jsonOf(await refresh(server, app, pair.refresh))
      expect(later['scope']).toBe('view-instance')
      await post(path, { do: 'end' })
    }
  })

  it('to nothing is refused, and ends nothing', async () => {
    const token = await obtainToken(server, app, { scope: 'view-instance' })
    const path = await onlyGrant()
    for (const form of [keep(), keep(''), keep('["view-database"]')]) {
      const refused = await post(path, form)
      expect([refused.status, await refused.text()]).toEqual([
        400,
        expect.stringContaining('Leave at least one box ticked, or end the access of the app.'),
      ])
    }
    expect(await rightsOf(token)).toEqual({ a: ['vi'] })
    expect(await audited()).toEqual([])
  })

  it.each([
    ['another scope', ['["delete-row","team","posts"]']],
    ['a wider place', ['["insert-row"]', '["insert-row","team"]']],
    ['full access', ['["full-access"]', 'full-access']],
    ['the same in another spelling', ['[ "insert-row","team","posts"]', 'insert-row:team/posts']],
  ])('does not widen: %s', async (_what, more) => {
    const token = await obtainToken(server, app)
    const path = await onlyGrant()
    const form = keep(VIEW, ...more)
    form.set('scope', 'full-access')
    form.set('scopes', '[["full-access"]]')
    expect((await post(path, form)).status).toBe(303)
    expect(await rightsOf(token)).toEqual({ a: ['vi'] })
    // What was taken away does not come back, whatever is ticked.
    await post(path, keep(VIEW, INSERT, ...more))
    expect(await rightsOf(token)).toEqual({ a: ['vi'] })
  })

  it('has nothing to take from full access', async () => {
    const page = await decideOn(server, authorizePath(app, { scope: 'full-access' }), { full_access: 'on' })
    const code = locationOf(page).searchParams.get('code') ?? ''
    const { access_token: full } = await jsonOf(await redeem(server, app, code))
    const path = await onlyGrant()
    expect(await (await get(path)).text()).toContain('Full access has no parts that could be taken away')
    expect(note(await post(path, keep(VIEW)))).toContain('Nothing was changed.')
    expect((await actorOf(server, String(full))).actor).not.toHaveProperty('_r')
  })
})

describe('who may use these pages', () => {
  const paths = async () => {
    await obtainToken(server, app)
    const one = await onlyGrant()
    return ['/-/oauth/apps', one, '/-/oauth/grants', one.replace('apps', 'grants')]
  }

  it('T35: no page of another site may post to them', async () => {
    for (const path of await paths()) {
      for (const headers of [
        { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
        { origin: 'https://evil.example' },
      ]) {
        const form = { do: path.endsWith('apps') ? 'confirm-end-all' : 'end' }
        const response = await server.request(path, {
          actor: MANAGER,
          form,
          headers: { ...BROWSER, ...headers },
        })
        expect(response.status).toBe(403)
      }
    }
    await onlyGrant()
  })

  it('no token is let in, not even one with every right', async () => {
    const all = await paths()
    const own = await obtainToken(server, app, { scope: 'view-instance' })
    const signed = `dstok_${server.signer.sign({ a: 'manager', t: server.now() }, 'token')}`
    for (const token of [own, signed]) {
      for (const path of [...all, '/-/oauth/apps.json', '/-/oauth/grants.json']) {
        const response = await server.request(path, { token })
        expect([response.status, await jsonOf(response)]).toEqual([
          403,
          { error: 'Token authentication cannot be used here' },
        ])
      }
      for (const path of all.slice(1)) {
        expect((await server.request(path, { token, form: { do: 'end' } })).status).not.toBe(303)
        expect((await server.request(`${path}.json`, { token, method: 'DELETE' })).status).not.toBe(200)
      }
    }
  })

  it('T35: a session with restrictions neither reads, ends nor narrows them', async () => {
    const all = await paths()
    const error = 'A restricted session cannot look after access of apps'
    for (const id of ['carol', 'manager']) {
      const actor = { id, _r: { a: ['vi', 'oauth-manage-grants'] } }
      for (const path of [...all, '/-/oauth/apps.json', '/-/oauth/grants.json']) {
        const read = await server.request(path, { actor })
        expect(read.status).toBe(403)
        expect(JSON.stringify(await jsonOf(read))).not.toContain('Report Maker')
      }
      const one = id === 'carol' ? all[1] : all[3]
      for (const form of [{ do: 'end' }, { do: 'narrow', keep: '0' }]) {
        const answer = await server.request(one ?? '', { actor, form })
        expect([answer.status, (await jsonOf(answer))['error']]).toEqual([403, error])
      }
      expect((await server.request(`${one}.json`, { actor, method: 'DELETE' })).status).toBe(403)
    }
    expect(
      (
        await server.request('/-/oauth/apps', {
          actor: { ...CAROL, _r: {} },
          form: { do: 'confirm-end-all' },
        })
      ).status,
    ).toBe(403)
    await onlyGrant()
  })

  it('whoever is not signed in comes back after signing in', async () => {
    const response = await server.request('/-/oauth/apps', { headers: BROWSER })
    expect(response.headers.get('location')).toBe('/-/sign-in?next=%2F-%2Foauth%2Fapps')
    expect((await server.request('/-/oauth/apps.json')).status).toBe(403)
  })

  it('everybody’s are for holders of oauth-manage-grants alone', async () => {
    const [, , everybodys = '', one = ''] = await paths()
    for (const actor of [CAROL, ALICE, { id: 'root' }]) {
      expect((await get(everybodys, { actor })).status).toBe(403)
      expect((await get(`${everybodys}.json`, { actor })).status).toBe(403)
      expect((await post(one, { do: 'end' }, { actor })).status).toBe(403)
      expect((await server.request(`${one}.json`, { method: 'DELETE', actor })).status).toBe(403)
    }
    await onlyGrant()
  })
})

describe('apps with access to everybody’s data', () => {
  const daves = async (of: TestApp) =>
    decideOn(server, authorizePath(of, { scope: 'view-instance' }), undefined, DAVE)
  const found = async (query: string) => (await list(`/-/oauth/grants.json${query}`, MANAGER)).grants

  it('finds by app and by person', async () => {
    const other = await registerApp(server)
    await server.request(`/-/oauth/clients/${other.clientId}.json`, {
      actor: ALICE,
      json: { client_name: '100% Charts_', redirect_uri: other.redirectUri },
    })
    await obtainToken(server, app)
    await daves(other)
    await sql`update tapedeck_oauth_grants set user_id = '42' where user_id = '"dave"'`.execute(server.store)
    const who = async (query: string) => (await found(query)).map(({ actor_id: id }) => id)
    expect(new Set(await who(''))).toEqual(new Set([42, 'carol']))
    expect(await who('?client=REPORT')).toEqual(['carol'])
    expect(await who('?client=100%25')).toEqual([42])
    expect(await who('?client=s_')).toEqual([42])
    expect(await who('?client=t_m')).toEqual([])
    expect(await who(`?client=${app.clientId}`)).toEqual(['carol'])
    expect(await who('?client=none')).toEqual([])
    expect(await who('?actor=carol')).toEqual(['carol'])
    expect(await who('?actor=42')).toEqual([42])
    expect(await who('?actor=car')).toEqual([])
    expect(await who('?actor=carol&client=charts')).toEqual([])
    const page = await (await get('/-/oauth/grants?actor=carol', { actor: MANAGER })).text()
    expect(page).toContain('value="carol"')
    expect(page).toContain(`href="/-/oauth/grants?client=${app.clientId}"`)
    expect(page).toContain('href="/-/oauth/grants.json?actor=carol"')
    expect(await (await get('/-/oauth/grants?actor=x', { actor: MANAGER })).text()).toContain(
      'Nothing like that',
    )
  })

  it('goes back to the search after a change', async () => {
    await obtainToken(server, app)
    const query = '?client=report&actor=carol'
    const one = (await onlyGrant()).replace('apps', 'grants')
    const page = await (await get(`/-/oauth/grants${query}`, { actor: MANAGER })).text()
    expect(page).toContain(`href="${one}?client=report&amp;actor=carol"`)
    const narrowed = await post(one + query, keep(VIEW), { actor: MANAGER })
    expect(narrowed.headers.get('location')).toBe(one + query)
    const ended = await post(one + query, { do: 'end' }, { actor: MANAGER })
    expect(ended.headers.get('location')).toBe(`/-/oauth/grants${query}`)
    const said = async (search: string) => (await get(`/-/oauth/grants?${search}`, { actor: MANAGER })).text()
    expect(await said('client=x')).toContain('No app of this name or id has access.')
    expect(await said('actor=x')).toContain('No app has access of a person of this id.')
    expect(await said('actor=x&client=x')).toContain('Leave one of the two out.')
  })

  it('ends and narrows what somebody else gave, in one’s own name', async () => {
    const token = await obtainToken(server, app)
    const path = (await onlyGrant()).replace('apps', 'grants')
    expect((await post(path, keep(VIEW), { actor: MANAGER })).status).toBe(303)
    expect(await rightsOf(token)).toEqual({ a: ['vi'] })
    expect((await post(path, { do: 'end' }, { actor: MANAGER })).headers.get('location')).toBe(
      '/-/oauth/grants',
    )
    expect(await rightsOf(token)).toBe(401)
    expect(await audited()).toEqual([
      { event: 'grant.narrowed', actor_id: '"manager"' },
      { event: 'grant.ended', actor_id: '"manager"' },
    ])
  })
})
