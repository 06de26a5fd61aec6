import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    rootEnabled: true,
    databases: {
      shop: `create table orders (id integer primary key); create table salaries (id integer primary key);
             create view totals as select 1`,
      archive: 'create table old (id integer primary key)',
    },
    config: {
      permissions: { 'permissions-debug': { id: ['ann', 'root'] } },
      databases: {
        shop: {
          allow_sql: { id: 'ann' },
          tables: { salaries: { allow: { id: 'ann' } } },
          queries: { count_orders: 'select count(*) from orders' },
        },
        archive: { allow: { id: 'bob' } },
      },
    },
  })
})
afterAll(() => server.close())

const ANN = { id: 'ann' }
const json = async (path: string, actor: { id: string } | null = ANN) => {
  const answer = await server.request(path, actor === null ? {} : { actor })
  return [answer.status, await answer.json()] as const
}
const text = async (path: string, actor: { id: string } | null = ANN) =>
  (await server.request(path, actor === null ? {} : { actor })).text()

describe('GET /-/allowed.json', () => {
  it('lists where the reader may do something, page by page, and keeps the question in its links', async () => {
    expect(await json('/-/allowed.json?action=view-table&_size=2', null)).toEqual([
      200,
      {
        ok: true,
        action: 'view-table',
        actor_id: null,
        page: 1,
        page_size: 2,
        total: 2,
        items: [
          { parent: 'shop', child: 'orders', resource: '/shop/orders' },
          { parent: 'shop', child: 'totals', resource: '/shop/totals' },
        ],
      },
    ])
    const [, first] = await json('/-/allowed.json?action=view-table&_size=1&parent=shop', null)
    expect(first).toMatchObject({
      total: 2,
      next_url: '/-/allowed.json?action=view-table&parent=shop&_page=2&_size=1',
    })
    const [, last] = await json('/-/allowed.json?action=view-table&_size=1&parent=shop&_page=2', null)
    expect(last).toMatchObject({
      items: [{ child: 'totals' }],
      previous_url: '/-/allowed.json?action=view-table&parent=shop&_page=1&_size=1',
    })
    expect(last).not.toHaveProperty('next_url')
  })

  it('says which rule it was to those who may see that, and to nobody else', async () => {
    const [, own] = await json('/-/allowed.json?action=view-table&child=salaries&parent=shop')
    expect(own).toMatchObject({
      items: [
        {
          child: 'salaries',
          reason: [
            'config databases.shop.tables.salaries.allow: for the actors that the block describes, and nobody else',
          ],
        },
      ],
    })
    const [, other] = await json('/-/allowed.json?action=view-database', { id: 'bob' })
    expect(other).toMatchObject({ items: [{ parent: 'archive' }, { parent: 'shop' }] })
    expect(JSON.stringify(other)).not.toContain('reason')
  })

  it('lists queries for what is done to queries, and nothing for what is done to the instance', async () => {
    const [, queries] = await json('/-/allowed.json?action=view-query', null)
    expect(queries).toMatchObject({ items: [{ parent: 'shop', child: 'count_orders' }] })
    expect(await json('/-/allowed.json?action=view-instance')).toMatchObject([200, { total: 0, items: [] }])
  })

  it.each([
    ['', 400, 'action parameter is required'],
    ['action=vt', 404, 'Unknown action: vt'],
    ['action=view-table&child=orders', 400, 'parent must be provided when child is specified'],
    ['action=view-table&_page=0', 400, '_page must be a positive integer'],
    ['action=view-table&_page=x', 400, '_page must be a positive integer'],
    ['action=view-table&_size=201', 400, '_size must be <= 200'],
    ['action=view-table&_size=-1', 400, '_size must be a positive integer'],
  ])('refuses %j', async (query, status, error) => {
    expect(await json(`/-/allowed.json?${query}`)).toMatchObject([status, { ok: false, error }])
  })
})

describe('GET /-/check.json', () => {
  it('explains an allow by the rule that made it, with the rules that did not count', async () => {
    const [status, body] = await json('/-/check.json?action=view-table&parent=shop&child=salaries')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ok: true,
      action: 'view-table',
      allowed: true,
      actor: ANN,
      actor_id: 'ann',
      resource: { parent: 'shop', child: 'salaries', path: '/shop/salaries' },
      explanation: {
        rule_allowed: true,
        restriction_allowed: true,
        winning_scope: 'resource',
        matched_rules: [
          {
            scope: 'resource',
            effect: 'allow',
            source: 'config databases.shop.tables.salaries.allow',
            decisive: true,
            ignored_because: null,
          },
          {
            scope: 'global',
            effect: 'allow',
            source: 'defaults',
            decisive: false,
            ignored_because: 'A more specific rule matched',
          },
        ],
        restrictions: [],
        required_actions: [],
        summary: 'Allowed by a rule (config databases.shop.tables.salaries.allow).',
      },
    })
  })

  it('explains root’s place, and what a deny beside an allow does', async () => {
    const root = encodeURIComponent('{"id":"root"}')
    const [, body] = await json(`/-/check.json?action=view-table&parent=shop&child=salaries&actor=${root}`)
    expect(body).toMatchObject({
      allowed: false,
      explanation: {
        matched_rules: [{ effect: 'deny', decisive: true }, { source: 'defaults' }, { source: 'root' }],
      },
    })
  })

  it('says what a token leaves of it, and what an action also requires', async () => {
    const token = encodeURIComponent('{"id":"ann","token":"dstok","_r":{"a":["es"]}}')
    const [, body] = await json(`/-/check.json?action=execute-sql&parent=shop&actor=${token}`)
    expect(body).toMatchObject({
      allowed: false,
      explanation: {
        restriction_allowed: true,
        restrictions: [{ source: 'token', allowed: true }],
        required_actions: [{ action: 'view-database', restriction_allowed: false, allowed: false }],
        summary: 'Denied because it also requires view-database.',
      },
    })
  })

  it('answers for anonymous, and when nothing speaks or nothing is named', async () => {
    const [, anonymous] = await json('/-/check.json?action=insert-row&parent=shop&child=orders&actor=null')
    expect(anonymous).not.toHaveProperty('actor_id')
    expect(anonymous).toMatchObject({
      actor: null,
      allowed: false,
      explanation: {
        winning_scope: null,
        summary: 'Denied because no permission rule matched this actor and resource.',
      },
    })
    const [, nowhere] = await json('/-/check.json?action=insert-row')
    expect(nowhere).toMatchObject({
      allowed: false,
      explanation: {
        summary: 'Denied because insert-row is done to a table, view or query, and none was named.',
      },
    })
  })

  it.each([
    ['', 400, 'action parameter is required'],
    ['action=nope', 404, 'Unknown action: nope'],
    ['action=view-table&child=orders', 400, 'parent is required when child is provided'],
    ['action=view-table&actor=%7B', 400, 'Invalid actor JSON: '],
    ['action=view-table&actor=7', 400, 'actor must be a JSON object or null'],
    ['action=view-table&actor=%5B%5D', 400, 'actor must be a JSON object or null'],
  ])('refuses %j', async (query, status, error) => {
    const [got, body] = await json(`/-/check.json?${query}`)
    expect([got, (body as { error: string }).error]).toEqual([status, expect.stringContaining(error)])
  })

  it('is asked by form at /-/permissions as well', async () => {
    const form = {
      permission: 'view-table',
      resource_1: 'shop',
      resource_2: 'salaries',
      actor: '{"id": "eve"}',
    }
    const answer = await server.request('/-/permissions', { form, actor: ANN })
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { ok: true, allowed: false, actor_id: 'eve' },
    ])
    const broken = await server.request('/-/permissions', { form: { ...form, actor: '{' }, actor: ANN })
    expect(broken.status).toBe(400)
  })

  it('is a page that keeps a mistyped question', async () => {
    const page = await server.request('/-/check?action=view-table&actor=%7Boops', { actor: ANN })
    expect(page.status).toBe(400)
    expect(await page.text()).toMatch(/Invalid actor JSON[\s\S]*\{oops/u)
  })
})

describe('GET /-/rules.json', () => {
  it('shows the rules that speak of the reader, allows first, and where each stands', async () => {
    const [, body] = await json('/-/rules.json?action=view-table')
    expect(body).toMatchObject({
      total: 3,
      items: [
        { parent: null, child: null, resource: '/', allow: 1, source_plugin: 'defaults' },
        {
          parent: 'shop',
          child: 'salaries',
          allow: 1,
          source_plugin: 'config databases.shop.tables.salaries.allow',
        },
        {
          parent: 'archive',
          child: null,
          resource: '/archive',
          allow: 0,
          source_plugin: 'config databases.archive.allow',
        },
      ],
    })
  })
})

describe('GET /-/permissions', () => {
  it('shows the last decisions, newest first, with a link that explains each', async () => {
    await server.request('/shop/salaries', { actor: { id: 'eve' } })
    const page = await text('/-/permissions')
    expect(page).toMatch(
      /<bdi>eve<\/bdi>[\s\S]*?<code>view-table<\/code>[\s\S]*?shop \/ salaries[\s\S]*?denied[\s\S]*?config databases\.shop\.tables\.salaries\.allow/u,
    )
    expect(page).toContain(
      'href="/-/check?action=view-table&amp;parent=shop&amp;child=salaries&amp;actor=%7B%22id%22%3A%22eve%22%7D"',
    )
    expect(await text('/-/permissions?filter=only-yours')).not.toContain('<bdi>eve</bdi>')
    expect(await text('/-/permissions?filter=exclude-yours')).not.toContain('<bdi>ann</bdi>')
  })
})

describe('who may use the tools', () => {
  it.each([
    '/-/check.json?action=view-table',
    '/-/rules.json?action=view-table',
    '/-/actions.json',
    '/-/threads.json',
  ])('%s is for those who hold permissions-debug', async (path) => {
    for (const actor of [null, { id: 'bob' }]) {
      expect(await json(path, actor)).toMatchObject([403, { error: 'permissions-debug' }])
    }
    expect((await json(path))[0]).toBe(200)
  })

  it('shows the tabs that a reader may open', async () => {
    expect(await text('/-/allow-debug', null)).not.toContain('href="/-/rules"')
    expect(await text('/-/allow-debug')).toContain('href="/-/rules"')
  })
})

describe('GET /-/allow-debug', () => {
  it.each([
    ['{"id": "root"}', '{"id": "*"}', 'Result: allow'],
    ['null', '{"unauthenticated": true}', 'Result: allow'],
    ['{"id": "a"}', '{"id": "b"}', 'Result: deny'],
    ['{"id": "a"}', '{}', 'Result: deny'],
    ['[', '{}', 'The actor is not JSON'],
    ['7', '{}', 'The actor must be a JSON object or null'],
    ['{}', '"a"', 'The allow block: '],
  ])('of %s and %s says %s', async (actor, allow, said) => {
    const page = await text(`/-/allow-debug?${new URLSearchParams({ actor, allow }).toString()}`, null)
    expect(page).toContain(said)
  })
})

describe('/-/token', () => {
  const sign = (payload: object) => `dstok_${server.signer.sign(payload as never, 'token')}`
  const read = async (token: string) => {
    const answer = await server.request('/-/token.json', { form: { token } })
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    return ((await answer.json()) as { token: unknown }).token
  }

  it('says who, until when, and in plain words what it may do', async () => {
    const t = server.now()
    const limits = { a: ['vi'], d: { shop: ['vd', 'nope'] }, r: { shop: { orders: ['insert-row'] } } }
    const token = sign({ a: 'ann', t, d: 60, _r: limits })
    const expected = {
      valid: true,
      refused_because: null,
      actor_id: 'ann',
      created_at: t,
      expires_at: t + 60,
      of_app: false,
      _r: limits,
      may: [
        'See the home page with its list of databases',
        'See what the database shop contains',
        'Nothing: there is no action nope',
        'Add rows to orders in shop',
      ],
    }
    expect(await read(token)).toEqual(expected)
    const presented = await server.request('/-/token.json', { token })
    expect(await presented.json()).toEqual({ ok: true, token: expected })
    const small = await server.request('/-/token.json', { headers: { authorization: `bearer ${token}` } })
    expect(await small.json()).toEqual({ ok: true, token: expected })
  })

  it('says of a token without restrictions that it may do what its person may, and of an empty one that it may nothing', async () => {
    expect(await read(sign({ a: 'ann', t: 1 }))).toMatchObject({ expires_at: null, may: null })
    expect(await read(sign({ a: 'ann', t: 1, _r: {} }))).toMatchObject({ may: [] })
    expect(await read(sign({ a: 'ann', t: 1, _r: 'vt' }))).toMatchObject({ may: [] })
  })

  it.each([
    ['an expired token', () => sign({ a: 'ann', t: 1, d: 1 }), 'Token has expired'],
    [
      'one of an app that was let go',
      () => sign({ a: 'ann', t: 1, g: 'a'.repeat(32) }),
      'Token has been revoked',
    ],
    [
      'one that somebody else signed',
      () => 'dstok_eyJhIjoicm9vdCJ9.AAAA',
      'It was not signed here, or was changed',
    ],
    ['another text', () => 'hello \u0000 ünï', 'It was not signed here, or was changed'],
    ['nothing', () => '', 'There is no token'],
  ])('says why %s is refused', async (_what, token, reason) => {
    expect(await read(token())).toMatchObject({ valid: false, refused_because: reason })
  })

  it('never writes the token back, and believes nothing that was not signed here', async () => {
    const forged = `dstok_${Buffer.from('{"a":"mallory","t":1}').toString('base64url')}.AAAA`
    const page = await (await server.request('/-/token', { form: { token: forged } })).text()
    expect(page).not.toMatch(/mallory|dstok_ey/u)
    expect(page).toContain('This token is refused')
  })

  it('shows nothing but the form to somebody without one', async () => {
    expect(await json('/-/token.json')).toEqual([200, { ok: true, token: null }])
    expect(await text('/-/token')).toContain('What a token says')
  })
})
