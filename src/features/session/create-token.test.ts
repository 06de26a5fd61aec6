import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../app/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({ databases: { 'my shop': 'create table [a/b] (id integer primary key)' } })
})
afterAll(() => server.close())

const anna = { id: 'anna' }
const post = (form: Record<string, string>) => server.request('/-/create-token', { actor: anna, form })
const tokenIn = (page: string) => /dstok_[A-Za-z0-9_.-]+/u.exec(page)?.[0]

describe('/-/create-token', () => {
  it('makes a token with just the boxes that were ticked', async () => {
    const form = {
      expire_type: 'hours',
      expire_duration: '2',
      'all:view-instance': '1',
      'database:my+shop:view-database': '1',
      'resource:my+shop:a~2Fb:view-table': '1',
    }
    const token = tokenIn(await (await post(form)).text()) ?? ''
    const actor = await (await server.request('/-/actor.json', { token })).json()
    expect(actor).toEqual({
      ok: true,
      actor: {
        id: 'anna',
        token: 'dstok',
        _r: { a: ['vi'], d: { 'my shop': ['vd'] }, r: { 'my shop': { 'a/b': ['vt'] } } },
        token_expires: server.now() + 7200,
      },
    })
  })

  it.each([
    [{ expire_type: 'hours', expire_duration: 'two' }, 'Invalid expire duration'],
    [{ expire_type: 'hours', expire_duration: '0' }, 'Invalid expire duration'],
    [{ expire_type: 'days' }, 'Invalid expire duration'],
    [{ expire_type: 'eons', expire_duration: '1' }, 'Invalid expire duration unit'],
    [{ expire_type: 'constructor', expire_duration: '1' }, 'Invalid expire duration unit'],
    [{ expire_type: '', 'all:veiw-table': '1' }, 'veiw-table'],
    [{ expire_type: '', 'resource:my+shop:view-table': '1' }, 'names no permission'],
  ])('makes no token at all of %j', async (form, problem) => {
    const response = await post(form)
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain(problem)
    expect(tokenIn(page)).toBeUndefined()
  })

  it('is not stored by any cache', async () => {
    expect((await post({ expire_type: '' })).headers.get('cache-control')).toContain('no-store')
  })
})
