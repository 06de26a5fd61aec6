import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../../plugin.ts'
import type { TestServer } from '../../testing.ts'
import { passwordsPlugin } from './plugin.ts'
import {
  accept,
  CHANGE,
  actorOf,
  cookiesOf,
  createSite,
  join,
  OTHER_PASSWORD,
  PASSWORD,
  saidBy,
  SIGN_IN,
  signIn,
  tokenIn,
} from './test-people.ts'

let server: TestServer
beforeEach(async () => {
  server = await createSite()
})
afterEach(() => server.close())

const WRONG =
  'Sign in with a password | The name or the password is wrong You are not signed in. Look at both and send them again.'

describe('a site without accounts', () => {
  it('offers no passwords, and has no page for them', async () => {
    expect(await (await server.request('/-/sign-in')).text()).not.toContain('password')
    expect((await server.request(SIGN_IN)).status).toBe(404)
    expect((await signIn(server, {})).status).toBe(404)
  })

  it('is what it is again when the last account is closed', async () => {
    await join(server, 'ann')
    expect(await (await server.request('/-/sign-in?next=/-/actor')).text()).toContain(
      `href="${SIGN_IN}?next=%2F-%2Factor"`,
    )
    await server.command('users', 'remove', 'ann')
    expect((await server.request(SIGN_IN)).status).toBe(404)
  })
})

describe('signing in with a password', () => {
  it('begins a session of an actor whose id is the name, and goes back to where the person came from', async () => {
    await join(server, 'ann')
    const answer = await signIn(server, { next: '/-/actor?x=1' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/-/actor?x=1'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await actorOf(server, cookiesOf(answer))).toEqual({ id: 'ann' })
    expect((await signIn(server, {})).headers.get('location')).toBe('/')
  })

  it('takes the name with large letters and spaces around it, as phones write it', async () => {
    await join(server, 'ann')
    expect((await signIn(server, { name: ' Ann ' })).status).toBe(303)
  })

  it.each([
    ['a wrong password', { password: 'copper otter sings at none' }],
    ['an empty password', { password: '' }],
    ['a password in other letters', { password: PASSWORD.toUpperCase() }],
    ['a name that nobody has', { name: 'bob' }],
    ['a name that nobody can have', { name: 'ann\u0000' }],
    ['root', { name: 'root' }],
    ['somebody who has not chosen a password', { name: 'carol' }],
    ['somebody who has not chosen one, with none', { name: 'carol', password: '' }],
  ])('refuses %s with the same words', async (_what, typed) => {
    await join(server, 'ann')
    await server.command('users', 'add', 'carol')
    const answer = await signIn(server, typed)
    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await saidBy(answer)).toBe(WRONG)
  })

  it('never shows or logs what was typed as a password, and logs no name either', async () => {
    await join(server, 'ann')
    const answer = await signIn(server, { name: 'hunter2', password: 'a secret that I typed' })
    expect(await answer.text()).not.toContain('a secret')
    expect(server.log()).toContain('passwords.refused')
    expect(server.log()).not.toMatch(/a secret|hunter2|copper/u)
  })

  it.each(['https://evil.example/', '//evil.example', String.raw`/\evil.example`, 'javascript:alert(1)'])(
    'leads home and not to %s',
    async (next) => {
      await join(server, 'ann')
      expect((await signIn(server, { next })).headers.get('location')).toBe('/')
      const page = await (await server.request(`${SIGN_IN}?next=${encodeURIComponent(next)}`)).text()
      expect(page).not.toContain('name="next"')
    },
  )

  it('keeps the way back when the password was wrong', async () => {
    await join(server, 'ann')
    const answer = await signIn(server, { password: 'no', next: '/-/actor' })
    expect(await answer.text()).toContain('<input type="hidden" name="next" value="/-/actor"/>')
  })

  it.each([
    ['a form', {}],
    ['a script that sends a token, which reads no cookie', { authorization: 'Bearer x' }],
  ])('cannot be done by a page of another site, with %s', async (_how, more) => {
    await server.close()
    server = await createSite({ cors: true })
    await join(server, 'ann')
    const answer = await server.request(SIGN_IN, {
      form: { name: 'ann', password: PASSWORD },
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', ...more },
    })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('ends the session that the browser had: its id does not outlive a change of person', async () => {
    const anns = await join(server, 'ann')
    await join(server, 'bob')
    const answer = await signIn(server, { name: 'bob' }, { cookie: anns })
    expect([await actorOf(server, anns), await actorOf(server, cookiesOf(answer))]).toEqual([
      null,
      { id: 'bob' },
    ])
  })

  it('refuses a form that is too large', async () => {
    await join(server, 'ann')
    expect((await signIn(server, { password: 'x'.repeat(20_000) })).status).toBe(413)
  })

  it('warns where others on the way can read what is typed', async () => {
    await join(server, 'ann')
    const page = async (address: string) => saidBy(await server.request(SIGN_IN, { address }))
    expect(await page('192.168.1.20')).toContain('This connection is not encrypted')
    expect(await page('127.0.0.1')).not.toContain('encrypted')
  })
})

describe('wrong passwords', () => {
  const wrong = (n: number) => ({ password: `wrong ${n}` })

  it('count for the name, wherever they come from: after ten not even the right one is looked at', async () => {
    await join(server, 'ann')
    for (let n = 0; n < 10; n++) {
      expect((await signIn(server, wrong(n), { address: `198.51.100.${n}` })).status).toBe(403)
    }
    const refused = await signIn(server, {}, { address: '192.0.2.1' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
    expect(await saidBy(refused)).toContain('Wait 15 minutes, then send it again.')

    server.advance(901)
    expect((await signIn(server, {}, { address: '192.0.2.1' })).status).toBe(303)
  })

  it('count for a name that nobody has just so', async () => {
    await join(server, 'ann')
    const statuses = []
    for (let n = 0; n < 11; n++) {
      statuses.push(
        (await signIn(server, { name: 'bob', password: `${n}` }, { address: `198.51.100.${n}` })).status,
      )
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429])
  })

  it('never shut out the browser that signed in before', async () => {
    const cookie = await join(server, 'ann')
    for (let n = 0; n < 11; n++) await signIn(server, wrong(n), { address: `198.51.100.${n}` })
    expect((await signIn(server, {})).status).toBe(429)
    expect((await signIn(server, {}, { cookie })).status).toBe(303)

    const known = cookie.split('; ').find((one) => one.startsWith('tapedeck_known_browser=')) ?? ''
    const statuses = []
    for (let n = 0; n < 11; n++) statuses.push((await signIn(server, wrong(n), { cookie: known })).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429])
  })

  it('are not excused by a browser that was known before the password was another', async () => {
    const cookie = await join(server, 'ann')
    const known = cookie.split('; ').find((one) => one.startsWith('tapedeck_known_browser=')) ?? ''
    await accept(server, tokenIn(await server.command('users', 'invite', 'ann')), OTHER_PASSWORD)
    for (let n = 0; n < 10; n++) await signIn(server, wrong(n), { address: `198.51.100.${n}` })
    expect((await signIn(server, wrong(11), { cookie: known })).status).toBe(429)
  })

  it('are not excused by the cookie of another name, or a forged one', async () => {
    await join(server, 'ann')
    const bobs = await join(server, 'bob')
    for (let n = 0; n < 10; n++) await signIn(server, wrong(n), { address: `198.51.100.${n}` })
    expect((await signIn(server, {}, { cookie: bobs })).status).toBe(429)
    const forged = `tapedeck_known_browser=${Buffer.from('{"id":"x"}').toString('base64url')}.x`
    expect((await signIn(server, {}, { cookie: forged })).status).toBe(429)
  })

  it('count for a network, whichever names it tries, and a whole /64 is one', async () => {
    await join(server, 'ann')
    for (let n = 0; n < 30; n++) {
      await signIn(server, { name: `n${n}`, password: 'x' }, { address: `2001:db8::${n}` })
    }
    expect((await signIn(server, {}, { address: '2001:db8::ffff' })).status).toBe(429)
    expect((await signIn(server, {}, { address: '2001:db8:0:1::1' })).status).toBe(303)
  })

  it('count for a whole /48, which somebody can have to themselves', async () => {
    await join(server, 'ann')
    let looked = 0
    for (let n = 0; n < 110; n++) {
      const address = `2001:db8:0:${n.toString(16)}::1`
      if ((await signIn(server, { name: `n${n}`, password: 'x' }, { address })).status === 403) looked++
    }
    expect(looked).toBe(100)
  })

  it('are at most fifty a day for a name', async () => {
    await join(server, 'ann')
    let looked = 0
    for (let round = 0; round < 8; round++) {
      for (let n = 0; n < 10; n++) {
        const answer = await signIn(server, wrong(n), { address: `198.51.${round}.${n}` })
        if (answer.status === 403) looked++
      }
      server.advance(901)
    }
    expect(looked).toBe(50)
  })

  it('leave no rows behind when they no longer count', async () => {
    await join(server, 'ann')
    for (let n = 0; n < 5; n++) await signIn(server, wrong(n))
    server.advance(86_401)
    await signIn(server, {})
    const { rows } = await sql<{ n: number }>`select count(*) as n from tapedeck_passwords_attempts`.execute(
      server.store,
    )
    expect(rows[0]?.n).toBe(0)
  })
})

describe('a session that is about to begin', () => {
  const remove = () => server.command('users', 'remove', 'ann')
  const replace = () =>
    sql`update tapedeck_passwords_users set password_hash = 'another' where name = 'ann'`.execute(
      server.store,
    )

  /** Does something at the moment at which the password has been found right and no session has begun. */
  const interrupted = async (by: () => Promise<unknown>, act: (cookie: string) => Promise<Response>) => {
    let isArmed = false
    const between = definePlugin({
      name: 'between',
      config: z.strictObject({}),
      actions: [],
      migrations: {},
      activate: () => ({
        routes: [],
        hooks: {
          signedIn: async () => {
            if (isArmed) await by()
          },
        },
      }),
    })
    await server.close()
    server = await createSite({ plugins: [passwordsPlugin, between] })
    const cookie = await join(server, 'ann')
    isArmed = true
    const answer = await act(cookie)
    isArmed = false
    return [answer.status, await actorOf(server, cookiesOf(answer))]
  }

  it.each([
    ['the account is closed', remove],
    ['the password is replaced', replace],
  ])('does not when %s meanwhile, at a sign-in', async (_what, by) => {
    expect(await interrupted(by, () => signIn(server, {}))).toEqual([403, null])
  })

  it.each([
    ['the account is closed', remove],
    ['the password is replaced', replace],
  ])('does not when %s meanwhile, at a change of password', async (_what, by) => {
    const form = { password: PASSWORD, new_password: OTHER_PASSWORD, again: OTHER_PASSWORD }
    const change = (cookie: string) => server.request(CHANGE, { form, headers: { cookie } })
    expect(await interrupted(by, change)).toEqual([403, null])
  })

  it('does not when the account is closed meanwhile, at an invitation', async () => {
    const invite = async () => {
      const token = tokenIn(await server.command('users', 'invite', 'ann'))
      return accept(server, token, OTHER_PASSWORD)
    }
    expect(await interrupted(remove, invite)).toEqual([404, null])
  })
})
