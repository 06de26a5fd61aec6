import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../testing.ts'
import {
  accept,
  actorOf,
  cookiesOf,
  createSite,
  INVITATION,
  join,
  OTHER_PASSWORD,
  PASSWORD,
  saidBy,
  signIn,
  tokenIn,
} from './test-people.ts'

let server: TestServer
let token: string
beforeEach(async () => {
  server = await createSite()
  token = tokenIn(await server.command('users', 'add', 'ann'))
})
afterEach(() => server.close())

const look = (with_ = token, headers = {}) => server.request(`${INVITATION}?token=${with_}`, { headers })
const OVER = 'This link is over'

describe('an invitation', () => {
  it('is a page that says who is invited, and is kept by no cache', async () => {
    const page = await look()
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await page.text()).toContain('You were invited to this site as <bdi class="name">ann</bdi>')
  })

  it('lets somebody choose a password, signs them in, and is used up', async () => {
    const answer = await accept(server, token)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    expect(await actorOf(server, cookiesOf(answer))).toEqual({ id: 'ann' })

    const again = await accept(server, token, OTHER_PASSWORD)
    expect([again.status, await saidBy(again), again.headers.getSetCookie()]).toEqual([404, OVER, []])
    expect((await look()).status).toBe(404)
    expect((await signIn(server, {})).status).toBe(303)
  })

  it('is not used up by whoever looks at it, as programs that preview links do', async () => {
    await look()
    await server.request(`${INVITATION}?token=${token}`, { method: 'HEAD' })
    expect((await accept(server, token)).status).toBe(303)
  })

  it('lets one in of many who send it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => accept(server, token, `${n} ${PASSWORD}`)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    const winner = statuses.indexOf(303)
    expect((await signIn(server, { password: `${winner} ${PASSWORD}` })).status).toBe(303)
    expect((await signIn(server, { password: `${(winner + 1) % 8} ${PASSWORD}` })).status).toBe(403)
  })

  it('is over after a week', async () => {
    server.advance(7 * 86_400 - 1)
    expect((await look()).status).toBe(200)
    server.advance(1)
    expect([(await look()).status, (await accept(server, token)).status]).toEqual([404, 404])
  })

  it('is over when a newer one was made, or the account was closed', async () => {
    const newer = tokenIn(await server.command('users', 'invite', 'ann'))
    expect((await accept(server, token)).status).toBe(404)
    await server.command('users', 'remove', 'ann')
    expect((await accept(server, newer)).status).toBe(404)
  })

  it.each([
    ['nothing', ''],
    ['another token', '0'.repeat(64)],
    ['large letters', 'A'.repeat(64)],
    ['a pattern of SQL', '%'],
  ])('is none with %s', async (_what, text) => {
    expect((await look(encodeURIComponent(text))).status).toBe(404)
    expect((await accept(server, text)).status).toBe(404)
  })

  it('is judged thirty times in a quarter of an hour: judging takes the time of the whole server', async () => {
    const statuses = []
    for (let n = 0; n < 31; n++) statuses.push((await accept(server, token, 'passwordpassword')).status)
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 400), 429])
    server.advance(901)
    expect((await accept(server, token)).status).toBe(303)
  })

  it('is stored as a hash', async () => {
    const row = await server.store
      .$extendTables<{ tapedeck_passwords_users: { invitation_hash: string } }>()
      .selectFrom('tapedeck_passwords_users')
      .selectAll()
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row.invitation_hash).toMatch(/^[0-9a-f]{64}$/u)
  })

  it('cannot be accepted by a page of another site', async () => {
    const answer = await server.request(INVITATION, {
      form: { token, new_password: PASSWORD, again: PASSWORD },
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.status).toBe(403)
    expect((await look()).status).toBe(200)
  })

  it('tells whoever is signed in as somebody else, and signs them out of that', async () => {
    const bobs = await join(server, 'bob')
    expect(await saidBy(await look(token, { cookie: bobs }))).toContain('This browser is signed in as bob')
    const answer = await accept(server, token, PASSWORD, bobs)
    expect([await actorOf(server, bobs), await actorOf(server, cookiesOf(answer))]).toEqual([
      null,
      { id: 'ann' },
    ])
  })
})

describe('an invitation for somebody who forgot their password', () => {
  it('leaves the old one until it is accepted, and then ends it with every session that began by it', async () => {
    const before = cookiesOf(await accept(server, token))
    const newer = tokenIn(await server.command('users', 'invite', 'ann'))
    expect((await signIn(server, {})).status).toBe(303)

    expect(await saidBy(await look(newer))).toContain('Choose a new password')

    const after = cookiesOf(await accept(server, newer, OTHER_PASSWORD))
    expect([await actorOf(server, before), await actorOf(server, after)]).toEqual([null, { id: 'ann' }])
    expect((await signIn(server, {})).status).toBe(403)
    expect((await signIn(server, { password: OTHER_PASSWORD })).status).toBe(303)
  })
})

describe('a password that is chosen', () => {
  it.each([
    ['too short', 'fourteen chars', 'This has fewer than 15 characters.'],
    ['too long', 'word '.repeat(52), 'This has more than 256 characters.'],
    ['one that everybody knows', 'passwordpassword', 'This is easy to guess'],
    ['a row of keys', 'qwertyuiopasdfgh', 'This is easy to guess'],
    ['the name', 'ann ann ann ann ann', 'This is easy to guess'],
    ['the site', 'localhost localhost', 'This is easy to guess'],
  ])('is not taken when it is %s, and the invitation stays good', async (_what, password, said) => {
    const answer = await accept(server, token, password)
    expect(answer.status).toBe(400)
    expect(await saidBy(answer)).toContain(said)
    expect((await accept(server, token)).status).toBe(303)
  })

  it('is not taken when it was not written the same twice', async () => {
    const form = { token, new_password: PASSWORD, again: OTHER_PASSWORD }
    const answer = await server.request(INVITATION, { form })
    expect([answer.status, await saidBy(answer)]).toEqual([
      400,
      'Choose your password | The password was not taken Your link is still good. See below what is wrong, and send it again. | This is not the same as above.',
    ])
  })
})
