import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../testing.ts'
import {
  accept,
  actorOf,
  CHANGE,
  cookiesOf,
  createSite,
  join,
  OTHER_PASSWORD,
  PASSWORD,
  saidBy,
  signIn,
  tokenIn,
} from './test-people.ts'

let server: TestServer
let cookie: string
beforeEach(async () => {
  server = await createSite()
  cookie = await join(server, 'ann')
})
afterEach(() => server.close())

const change = (form: Record<string, string> = {}, headers: Record<string, string> = { cookie }) =>
  server.request(CHANGE, {
    form: { password: PASSWORD, new_password: OTHER_PASSWORD, again: OTHER_PASSWORD, ...form },
    headers,
  })

describe('changing a password', () => {
  it('is in the menu of whoever has one, and of nobody else', async () => {
    const page = async (headers: Record<string, string>) =>
      (await server.request('/-/actor', { headers })).text()
    expect(await page({ cookie })).toContain(`href="${CHANGE}"`)
    const elsewhere = await server.request('/-/actor', { actor: { id: 'auth0|7' } })
    expect(await elsewhere.text()).not.toContain(CHANGE)
  })

  it('takes the old one, ends every other session, and goes on with a new one here', async () => {
    const elsewhere = cookiesOf(await signIn(server, {}))
    const answer = await change()
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    expect(
      await Promise.all([cookie, elsewhere, cookiesOf(answer)].map((one) => actorOf(server, one))),
    ).toEqual([null, null, { id: 'ann' }])
    expect((await signIn(server, {})).status).toBe(403)
    expect((await signIn(server, { password: OTHER_PASSWORD })).status).toBe(303)
  })

  it('ends an invitation that is open', async () => {
    const token = tokenIn(await server.command('users', 'invite', 'ann'))
    await change()
    expect((await accept(server, token)).status).toBe(404)
  })

  it.each([
    ['a wrong old password', { password: 'no' }, 403, 'This is not your password. Nothing was changed.'],
    ['no old password', { password: '' }, 403, 'This is not your password. Nothing was changed.'],
    ['a weak new one', { new_password: 'passwordpassword', again: 'passwordpassword' }, 400, 'easy to guess'],
    ['two different new ones', { again: 'x' }, 400, 'This is not the same as above.'],
  ])('is refused with %s, and changes nothing', async (_what, form, status, said) => {
    const answer = await change(form)
    expect(answer.status).toBe(status)
    expect(cookiesOf(answer)).not.toContain('ds_actor')
    expect(await saidBy(answer)).toContain(said)
    expect([await actorOf(server, cookie), (await signIn(server, {})).status]).toEqual([{ id: 'ann' }, 303])
  })

  it('looks at ten old passwords, so that nobody guesses at a browser that was left open; signing in stays possible', async () => {
    for (let n = 0; n < 10; n++) expect((await change({ password: `${n}` })).status).toBe(403)
    const answer = await change()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '900'])
    expect(await saidBy(answer)).toContain('Too many wrong passwords')
    expect((await signIn(server, {})).status).toBe(303)
  })

  it('happens once of many that are sent at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        change({ new_password: `${n} ${OTHER_PASSWORD}`, again: `${n} ${OTHER_PASSWORD}` }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    const winner = `${statuses.indexOf(303)} ${OTHER_PASSWORD}`
    expect((await signIn(server, { password: winner })).status).toBe(303)
  })

  it('is for people, not for their API tokens, and not for pages of other sites', async () => {
    const token = `dstok_${server.signer.sign({ a: 'ann', t: server.now() }, 'token')}`
    const byToken = await server.request(CHANGE, { form: { password: PASSWORD }, token })
    expect(byToken.status).toBe(403)
    const crossSite = await change(
      {},
      { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    )
    expect(crossSite.status).toBe(403)
    expect((await server.request(CHANGE)).status).toBe(403)
    expect((await signIn(server, {})).status).toBe(303)
  })

  it('is not for somebody who signs in elsewhere', async () => {
    const answer = await server.request(CHANGE, { actor: { id: 'auth0|7' } })
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('You have no password on this site')
  })
})
