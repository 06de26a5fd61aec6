import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin, type Actor } from '../plugin.ts'
import { createTestServer, type TestServer } from '../testing.ts'

/** Of whom plugins were told that they signed in. */
let told: Actor[]

/** Whose accounts plugins were told of as closed. */
let closed: unknown[]

/** Signs anybody in as whoever they say, and tells the provider's side of it. */
const doorman = definePlugin({
  name: 'doorman',
  config: z.strictObject({}),
  actions: [],
  migrations: {},
  activate: (host) => ({
    routes: [
      {
        method: 'POST',
        path: '/-/enter',
        allow: { who: 'anyone' },
        handle: async (c) => {
          const { actor, sid } = JSON.parse(await c.req.text())
          const upstream =
            sid === undefined ? null : { issuer: 'https://id.example', subject: 's', sid, idToken: 't' }
          await host.sessions.start(c, { actor, upstream })
          return c.text('in')
        },
      },
      {
        method: 'POST',
        path: '/-/close-ann',
        allow: { who: 'anyone' },
        handle: async (c) => {
          await host.sessions.closeAccount('ann')
          return c.text('closed')
        },
      },
      {
        method: 'POST',
        path: '/-/ended',
        allow: { who: 'anyone' },
        handle: async (c) =>
          c.json(await host.sessions.endUpstream('https://id.example', JSON.parse(await c.req.text()))),
      },
    ],
    hooks: {
      accountClosed: async (personId) => {
        closed.push(personId)
      },
      signedIn: async (actor) => {
        if (actor['id'] === 'mallory') throw new Error('not today')
        told.push(actor)
      },
    },
  }),
})

let server: TestServer
beforeEach(async () => {
  told = []
  closed = []
  server = await createTestServer({ plugins: [doorman] })
})
afterEach(() => server.close())

const setCookie = (response: Response) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith('ds_actor=')) ?? null

async function enter(actor: Actor, more: { sid?: string | null; cookie?: string } = {}) {
  const { cookie, ...rest } = more
  const headers = { ...(cookie !== undefined && { cookie }), 'user-agent': 'A browser' }
  const response = await server.request('/-/enter', { json: { actor, ...rest }, headers })
  return (setCookie(response) ?? '').split(';')[0] ?? ''
}
const actorOf = async (cookie: string) => {
  const answer = (await (await server.request('/-/actor.json', { headers: { cookie } })).json()) as {
    actor: unknown
  }
  return answer.actor
}
const signOut = (cookie: string, form = {}) => server.request('/-/logout', { form, headers: { cookie } })

const ANN = { id: 'ann', name: 'Ann', groups: ['a', 'b'], profile: 'x'.repeat(5000) } as const

describe('a session', () => {
  it('keeps all that is known of a person, and puts little of it into the cookie', async () => {
    const cookie = await enter(ANN)
    expect(cookie.length).toBeLessThan(400)
    expect(await actorOf(cookie)).toEqual(ANN)
    const payload = server.signer.verify(cookie.slice('ds_actor='.length), 'actor')
    expect(payload).toMatchObject({ ok: true, value: { a: { id: 'ann', name: 'Ann' } } })
    expect(JSON.stringify(payload)).not.toContain('groups')
  })

  it('begins after every plugin was told who it is, and not at all when one of them fails', async () => {
    const cookie = await enter(ANN)
    expect(told).toEqual([ANN])
    expect(await enter({ id: 'mallory' }, { cookie })).toBe('')
    expect(await actorOf(cookie)).toBeNull()
  })

  it('ends when its person signs out, also for whoever has a copy of the cookie', async () => {
    const cookie = await enter(ANN)
    const elsewhere = await enter(ANN)
    await signOut(cookie)
    expect(await actorOf(cookie)).toBeNull()
    expect(await actorOf(elsewhere)).toEqual(ANN)
  })

  it('ends everywhere at once, and for nobody else', async () => {
    const [here, there] = [await enter({ id: 42 }), await enter({ id: 42 })]
    const others = [await enter({ id: '42' }), await enter({ id: 'bob' })]
    const answer = await signOut(here, { everywhere: 'yes' })
    expect(answer.status).toBe(302)
    expect([await actorOf(here), await actorOf(there)]).toEqual([null, null])
    expect(await Promise.all(others.map(actorOf))).toEqual([{ id: '42' }, { id: 'bob' }])
  })

  it('is not carried over to another person who signs in at the same browser', async () => {
    const anns = await enter(ANN)
    const bobs = await enter({ id: 'bob' }, { cookie: anns })
    expect([await actorOf(anns), await actorOf(bobs)]).toEqual([null, { id: 'bob' }])
  })

  it('ends when its provider says so: that one by its sid, or all of a person', async () => {
    const [one, two, local] = [
      await enter(ANN, { sid: '1' }),
      await enter(ANN, { sid: '2' }),
      await enter(ANN),
    ]
    const ended = async (what: object) => (await server.request('/-/ended', { json: what })).json()
    expect(await ended({ sid: '1', subject: null })).toBe(1)
    expect([await actorOf(one), await actorOf(two)]).toEqual([null, ANN])
    expect(await ended({ sid: null, subject: 's' })).toBe(1)
    expect([await actorOf(two), await actorOf(local)]).toEqual([null, ANN])
  })

  it('ends by its sid also when it has none, since it may be that one', async () => {
    const [named, unnamed] = [await enter(ANN, { sid: '2' }), await enter(ANN, { sid: null })]
    const what = { sid: '1', subject: 's' }
    expect(await (await server.request('/-/ended', { json: what })).json()).toBe(1)
    expect([await actorOf(named), await actorOf(unnamed)]).toEqual([ANN, null])
  })

  it('learns of a change when its person signs in elsewhere', async () => {
    const here = await enter(ANN, { sid: '1' })
    const without = { id: 'ann', name: 'Ann' }
    await enter(without, { sid: '2' })
    expect(await actorOf(here)).toEqual(without)
  })

  it('ends after 90 days, however much it is used', async () => {
    let cookie = await enter(ANN)
    for (let week = 0; week < 12; week++) {
      server.advance(7 * 86_400)
      const answer = await server.request('/-/actor.json', { headers: { cookie } })
      cookie = (setCookie(answer) ?? '').split(';')[0] ?? ''
    }
    expect(await actorOf(cookie)).toEqual(ANN)
    server.advance(6 * 86_400)
    expect(await actorOf(cookie)).toBeNull()
  })

  it('ends the oldest when one person has more than a hundred', async () => {
    const first = await enter(ANN)
    server.advance(1)
    for (let n = 0; n < 100; n++) await enter(ANN)
    expect(await actorOf(first)).toBeNull()
  })

  it('ends with the account of its person, which plugins are told of', async () => {
    const [anns, bobs] = [await enter(ANN), await enter({ id: 'bob' })]
    await server.request('/-/close-ann', { form: {} })
    expect([await actorOf(anns), await actorOf(bobs)]).toEqual([null, { id: 'bob' }])
    expect(closed).toEqual(['ann'])
  })

  it('lasts as long as it is used: renewed once a day, over after 14 days without use', async () => {
    const cookie = await enter(ANN)
    const ask = () => server.request('/-/actor.json', { headers: { cookie } })
    server.advance(86_399)
    expect(setCookie(await ask())).toBeNull()
    server.advance(1)
    const renewed = await ask()
    expect(setCookie(renewed)).toMatch(/^ds_actor=\S+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/u)
    expect(renewed.headers.get('cache-control')).toBe('private, no-store')
    expect(setCookie(await ask())).toBeNull()

    const fresh = (setCookie(renewed) ?? '').split(';')[0] ?? ''
    server.advance(14 * 86_400 - 1)
    expect(await actorOf(fresh)).toEqual(ANN)
    server.advance(14 * 86_400)
    expect(await actorOf(fresh)).toBeNull()
  })

  it('is shown to its person with browser and address', async () => {
    const cookie = await enter(ANN)
    await enter(ANN)
    const page = await (await server.request('/-/logout', { headers: { cookie } })).text()
    expect(page.split('A browser</bdi>')).toHaveLength(3)
    expect(page.split('This browser')).toHaveLength(2)
  })
})

describe('a cookie that names no session', () => {
  it('is Datasette’s, and good as it is', async () => {
    expect(await (await server.request('/-/actor.json', { actor: { id: 'ann' } })).json()).toMatchObject({
      actor: { id: 'ann' },
    })
  })
})
