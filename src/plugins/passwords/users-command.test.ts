import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'
import { accept, actorOf, createSite, INVITATION, join, signIn, tokenIn } from './test-people.ts'
import { usersCommand } from './users-command.ts'

let server: TestServer
beforeEach(async () => {
  server = await createSite()
})
afterEach(() => server.close())

const users = (...words: string[]) => server.command('users', ...words)

describe('tapedeck users add', () => {
  it('prints a link that begins with the address of the server', async () => {
    const [words, link] = (await users('add', 'ann')).split('\n')
    expect(words).toBe('Give ann this link. It works once, within a week, and opens no other account:')
    expect(link).toMatch(/^http:\/\/localhost:8001\/-\/passwords\/invitation\?token=[0-9a-f]{64}$/u)
  })

  it.each([
    [['--url', 'https://data.example'], 'https://data.example'],
    [['--url=https://data.example/base/'], 'https://data.example/base'],
    [['shop.db', '--url', 'https://data.example', '-p', '80'], 'https://data.example'],
  ])('prints a link that begins with the address that %j names', async (words, site) => {
    expect(await users('add', 'ann', ...words)).toContain(`\n${site}${INVITATION}?token=`)
  })

  it('leaves an account that is there as it is, in whichever letters its name is typed', async () => {
    const token = tokenIn(await users('add', 'ann'))
    await expect(users('add', 'Ann')).rejects.toThrow('ann has an account already')
    expect((await accept(server, token)).status).toBe(303)
  })

  it.each([
    ['root'],
    ['ROOT'],
    [''],
    [' '],
    ['two words'],
    ['-x'],
    ['anné'],
    ['аnn'],
    ['a\u200Bnn'],
    ['a/b'],
    ['x'.repeat(65)],
  ])('refuses %j as a name', (name) => {
    const parsed = usersCommand.parse(['add', name])
    expect(parsed).toMatchObject({ ok: false })
  })

  it.each([['ann@example.com'], ['a'], ['o.k-1_2+3'], ['x'.repeat(64)]])('takes %j as a name', (name) => {
    expect(usersCommand.parse(['add', name])).toMatchObject({ ok: true })
  })

  it('passes on every other word to what reads the options of serve', () => {
    expect(
      usersCommand.parse(['add', 'ann', 'a.db', '--url', 'https://x.example', '-p', '80']),
    ).toMatchObject({
      value: { serveWords: ['a.db', '-p', '80'] },
    })
    expect(usersCommand.parse(['list', 'a.db', '--root'])).toMatchObject({
      value: { serveWords: ['a.db', '--root'] },
    })
  })

  it.each([
    [[], 'say what to do: add, invite, remove or list'],
    [['ad', 'ann'], 'say what to do: add, invite, remove or list'],
    [['add'], 'add needs a name'],
    [['add', 'ann', '--url'], '--url needs the address'],
    [['add', 'ann', '--url', 'data.example'], '--url needs the address'],
    [['add', 'ann', '--url', 'https://x.example/?a'], '--url needs the address'],
    [['add', 'shop.db'], 'add needs a name before the file: add NAME shop.db'],
  ])('refuses the words %j', (words, message) => {
    expect(usersCommand.parse(words)).toMatchObject({ error: expect.stringContaining(message) })
  })
})

describe('the address in the link', () => {
  it('is said to be for this computer alone when it is', async () => {
    expect(await users('add', 'ann')).toContain('\nOnly this computer opens that address.')
    expect(await users('add', 'bob', '--url', 'https://data.example')).not.toContain('Only this computer')
  })

  it('must be given when the words of serve do not say it', async () => {
    const parsed = usersCommand.parse(['add', 'ann'])
    if (!parsed.ok) throw new Error(parsed.error)
    const place = { host: undefined as never, address: null, print: () => {} }
    expect(await parsed.value.run(place)).toMatchObject({ error: expect.stringContaining('--url') })
  })
})

describe('tapedeck users list', () => {
  it('tells who has an account, and how far they are', async () => {
    expect(await users('list')).toBe('Nobody has an account here. Open one: tapedeck users add NAME')
    await users('add', 'carol')
    await join(server, 'ann')
    await users('add', 'bob')
    await users('invite', 'ann')
    expect(await users('list')).toMatchInlineSnapshot(`
      "ann  password since 15 Jan 2027, 08:00 UTC, invited until 22 Jan 2027, 08:00 UTC
      bob  invited until 22 Jan 2027, 08:00 UTC
      carol  invited until 22 Jan 2027, 08:00 UTC"
    `)
    server.advance(8 * 86_400)
    expect(await users('list')).toContain('carol  the invitation has expired')
  })
})

describe('tapedeck users invite', () => {
  it('has nobody to invite who has no account', async () => {
    await expect(users('invite', 'ann')).rejects.toThrow(
      'ann has no account here; open one: tapedeck users add ann',
    )
  })
})

describe('tapedeck users remove', () => {
  it('closes an account and ends its sessions, and no other', async () => {
    const [anns, bobs] = [await join(server, 'ann'), await join(server, 'bob')]
    await users('remove', 'ann')
    expect([await actorOf(server, anns), await actorOf(server, bobs)]).toEqual([null, { id: 'bob' }])
    expect((await signIn(server, {})).status).toBe(403)
    await expect(users('remove', 'ann')).rejects.toThrow('ann has no account here')
  })

  it('ends what the person gave to apps', async () => {
    await server.close()
    server = await createTestServer()
    await join(server, 'ann')
    const insert = (grant: string, owner: string) =>
      server.store
        .$extendTables<{
          tapedeck_oauth_grants: Record<string, unknown>
          tapedeck_oauth_clients: Record<string, unknown>
        }>()
        .insertInto('tapedeck_oauth_grants')
        .values({
          grant_id: grant,
          client_id: '7461706564656b20636f6d6d616e6421',
          user_id: JSON.stringify(owner),
          person: '{}',
          scopes: '[]',
          resource: null,
          created_at: server.now(),
          ended_at: null,
        })
        .execute()
    await insert('a'.repeat(32), 'ann')
    await insert('b'.repeat(32), 'bob')
    const ask = async (grant: string, name: string) => {
      const payload = { a: name, t: server.now(), g: grant }
      const token = `dstok_${server.signer.sign(payload, 'token')}`
      return (await server.request('/-/actor.json', { token })).status
    }
    expect([await ask('a'.repeat(32), 'ann'), await ask('b'.repeat(32), 'bob')]).toEqual([200, 200])
    await users('remove', 'ann')
    // The command is another process: the server hears of what it ended within a quarter of a second.
    await expect.poll(() => ask('a'.repeat(32), 'ann')).toBe(401)
    expect(await ask('b'.repeat(32), 'bob')).toBe(200)
  })
})
