import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../app/test-server.ts'
import type { Actor } from '../../auth/actor.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({ databases: { 'my shop': 'create table [a/b] (id integer primary key)' } })
})
afterAll(() => server.close())

const anna = { id: 'anna' }
const post = (form: Record<string, string>) => server.request('/-/create-token', { actor: anna, form })
const tokenIn = (page: string) => /dstok_[A-Za-z0-9_.-]+/u.exec(page)?.[0]
const actorOf = async (token: string | undefined): Promise<unknown> => {
  const response = await server.request('/-/actor.json', { token: token ?? '' })
  return ((await response.json()) as { actor: unknown }).actor
}
const actorIn = async (response: Response) => actorOf(tokenIn(await response.text()))

describe('/-/create-token', () => {
  it('makes a token with just the boxes that were ticked', async () => {
    const form = {
      expire_type: 'hours',
      expire_duration: '2',
      'all:view-instance': '1',
      'database:my+shop:view-database': '1',
      'resource:my+shop:a~2Fb:view-table': '1',
    }
    expect(await actorIn(await post(form))).toEqual({
      id: 'anna',
      token: 'dstok',
      _r: { a: ['vi'], d: { 'my shop': ['vd'] }, r: { 'my shop': { 'a/b': ['vt'] } } },
      token_expires: server.now() + 7200,
    })
  })

  it('makes a token without restrictions when nothing was ticked', async () => {
    expect(await actorIn(await post({ expire_type: '' }))).toEqual({ id: 'anna', token: 'dstok' })
  })

  it('stores an action that nobody knows as given, and the token may do nothing by it', async () => {
    const response = await post({ 'all:veiw-table': '1', 'database:my+shop:constructor': '1' })
    const token = tokenIn(await response.text()) ?? ''
    expect(await actorOf(token)).toEqual({
      id: 'anna',
      token: 'dstok',
      _r: { a: ['veiw-table'], d: { 'my shop': ['constructor'] } },
    })
    expect((await server.request('/my+shop/a~2Fb.json', { token })).status).toBe(403)
  })

  it('keeps databases and tables named like parts of objects as names', async () => {
    const actor = await actorIn(
      await post({
        'database:__proto__:view-database': '1',
        'resource:__proto__:__proto__:view-table': '1',
        'resource:constructor:toString:__proto__': '1',
      }),
    )
    expect(JSON.stringify(actor)).toBe(
      '{"id":"anna","token":"dstok","_r":{"d":{"__proto__":["vd"]},"r":{"__proto__":{"__proto__":["vt"]},' +
        '"constructor":{"toString":["__proto__"]}}}}',
    )
  })

  it.each([
    ['minutes', '0000030', 1800],
    ['days', '36500000', 3_153_600_000_000],
  ])('takes any number of %s: %s', async (unit, amount, seconds) => {
    const actor = await actorIn(await post({ expire_type: unit, expire_duration: amount }))
    expect(actor).toEqual({ id: 'anna', token: 'dstok', token_expires: server.now() + seconds })
  })

  it.each([
    [{ expire_type: 'hours', expire_duration: 'two' }, 'Invalid expire duration'],
    [{ expire_type: 'hours', expire_duration: '0' }, 'Invalid expire duration'],
    [{ expire_type: 'days' }, 'Invalid expire duration'],
    [{ expire_type: 'eons', expire_duration: '1' }, 'Invalid expire duration unit'],
    [{ expire_type: 'constructor', expire_duration: '1' }, 'Invalid expire duration unit'],
    [{ expire_type: 'minutes', expire_duration: '1e3' }, 'Invalid expire duration'],
    [{ expire_type: 'days', expire_duration: '100000000000' }, 'Invalid expire duration'],
    [{ expire_type: 'minutes', expire_duration: '9'.repeat(400) }, 'Invalid expire duration'],
    [{ expire_type: '', 'all:': '1' }, 'names no permission'],
    [{ expire_type: '', 'all:my+shop:view-table': '1' }, 'names no permission'],
    [{ expire_type: '', 'resource:my+shop:view-table': '1' }, 'names no permission'],
  ])('makes no token at all of %j', async (form, problem) => {
    const response = await post(form)
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain(problem)
    expect(tokenIn(page)).toBeUndefined()
  })

  const NO_ID = 'You must be logged in as an actor with an ID to create a token'
  const RESTRICTED = 'A restricted session cannot create tokens'
  it.each<[Actor, string]>([
    [{ name: 'anna' }, NO_ID],
    [{ id: '' }, NO_ID],
    [{ id: 0 }, NO_ID],
    [{ id: null }, NO_ID],
    [{ id: true }, NO_ID],
    [{ id: ['anna'] }, NO_ID],
    [{ id: 'anna', token: 'dstok' }, 'Token authentication cannot be used to create additional tokens'],
    [{ id: 'anna', _r: { a: ['vi', 'vd', 'vt'] } }, RESTRICTED],
    [{ id: 'anna', _r: {} }, RESTRICTED],
    [{ id: 'anna', _r: null }, RESTRICTED],
  ])('refuses %j', async (actor, message) => {
    for (const request of [{ actor }, { actor, form: { 'all:view-instance': '1' } }]) {
      const response = await server.request('/-/create-token', request)
      const text = await response.text()
      expect(response.status).toBe(403)
      expect(text).toContain(message)
      expect(tokenIn(text)).toBeUndefined()
    }
  })

  it('makes a token for an id that is a number', async () => {
    const response = await server.request('/-/create-token', { actor: { id: 7 }, form: {} })
    expect(await actorIn(response)).toEqual({ id: 7, token: 'dstok' })
  })

  it('is not stored by any cache', async () => {
    expect((await post({ expire_type: '' })).headers.get('cache-control')).toContain('no-store')
  })
})
