import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../testing.ts'
import {
  actorOf,
  ALICE,
  jsonOf,
  obtainToken,
  redeem,
  obtainCode,
  registerApp,
  startProvider,
  type TestApp,
} from '../test-app.ts'

let server: TestServer
let app: TestApp
let directory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-oauth-command-'))
  server = await startProvider()
  app = await registerApp(server)
})
afterEach(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

const oauth = (...words: readonly string[]) => server.command('oauth', ...words)
const linesOf = (text: string) => text.split('\n').map((line): unknown => JSON.parse(line))
const grantsOf = async (...words: readonly string[]) => {
  const text = await oauth('grants', '--json', ...words)
  return text === '' ? [] : linesOf(text).map((line) => Object(line))
}
const save = (name: string, text: string) => {
  const file = join(directory, name)
  writeFileSync(file, text)
  return file
}

describe('tapedeck oauth', () => {
  it('lists apps and grants, for people and as JSON lines', async () => {
    expect(await oauth('grants')).toBe('There is no such grant.')
    await obtainToken(server, app)
    expect(await oauth('clients')).toMatch(
      /^[0-9a-f]{32} {2}".+" {2}confidential, of "alice" since .+, 1 live grants, https:\/\/app\.example\/cb$/u,
    )
    expect(linesOf(await oauth('clients', '--json'))).toMatchObject([
      { client_id: app.clientId, client_type: 'confidential', created_by: 'alice', live_grants: 1 },
    ])
    expect(await grantsOf()).toMatchObject([
      {
        client_id: app.clientId,
        user: 'carol',
        scope: 'view-instance insert-row:team/posts',
        ended_at: null,
      },
    ])
    expect(await grantsOf('--user', 'dave')).toEqual([])
    expect(await grantsOf('--user=carol', '--client', app.clientId)).toHaveLength(1)
    expect(await oauth('grants')).toContain('"carol" to ')
  })

  it.each(['--grant', '--client', '--user'])(
    'ends grants by %s, for a server that runs, and leaves the others',
    async (option) => {
      const other = await registerApp(server)
      const [token, kept] = [await obtainToken(server, app), await obtainToken(server, other)]
      const [grant] = await grantsOf('--client', app.clientId)
      expect([(await actorOf(server, token)).status, (await actorOf(server, kept)).status]).toEqual([
        200, 200,
      ])
      const id = { '--grant': grant['grant_id'], '--client': app.clientId, '--user': 'carol' }[option]
      await oauth('end', option, String(id))
      await expect.poll(async () => (await actorOf(server, token)).status).toBe(401)
      expect((await actorOf(server, kept)).status).toBe(option === '--user' ? 401 : 200)
      const { rows } = await sql<{ event: string; address: string }>`
      select event, address from tapedeck_oauth_audit where event = 'grant.ended' and client_id = ${app.clientId}`.execute(
        server.store,
      )
      expect(rows).toEqual([{ event: 'grant.ended', address: 'command line' }])
      await expect(oauth('end', '--client', app.clientId)).rejects.toThrow(
        'there is no such grant that has not ended',
      )
    },
  )

  it('purges everything at once', async () => {
    for (let n = 0; n < 3; n += 1) await obtainCode(server, app)
    server.advance(86_400 + 601)
    // Nonces, codes, and the grants of which no token was fetched; each decision has removed some already.
    expect(await oauth('purge')).toMatch(/^[1-9]\d* rows removed\.$/u)
    expect(await oauth('purge')).toBe('0 rows removed.')
    expect(await grantsOf()).toEqual([])
  })

  it.each([
    [[], 'say what to do'],
    [['end'], 'say which grants end'],
    [['end', '--grant', 'x'], '--grant needs the id of a grant'],
    [['end', '--client', '%'], '--client needs the id of a client'],
    [['end', '--user', ''], '--user needs the id of a person'],
    [['import'], 'import needs the file'],
    [['import', '/no/such/file'], 'cannot be read'],
  ])('refuses %j', async (words, message) => {
    await expect(oauth(...words)).rejects.toThrow(message)
  })
})

describe('export and import', () => {
  it('move apps and grants to another server: secrets and tokens work there, and no secret is in between', async () => {
    const token = await obtainToken(server, app)
    const dump = await oauth('export')
    expect(dump).not.toContain(app.secret)
    expect(dump).not.toContain(token)
    expect(linesOf(dump)).toMatchObject([
      { type: 'tapedeck-oauth', version: 1 },
      { type: 'client' },
      { type: 'grant' },
    ])

    const other = await startProvider()
    expect((await actorOf(other, token)).status).toBe(401)
    expect(await other.command('oauth', 'import', save('dump', `${dump}\n`))).toBe(
      '1 client and 1 grant added.',
    )
    await expect.poll(async () => (await actorOf(other, token)).status).toBe(200)
    expect(await actorOf(other, token)).toEqual(await actorOf(server, token))
    expect((await redeem(other, app, await obtainCode(other, app))).status).toBe(200)
    expect(await jsonOf(await other.request('/-/oauth/clients.json', { actor: ALICE }))).toMatchObject({
      0: { client_id: app.clientId },
    })
    expect((await other.command('oauth', 'export')).split('\n').slice(0, 2)).toEqual(
      dump.split('\n').slice(0, 2),
    )
    await other.close()
  })

  it('keep what was taken back, when it ends and what an app says that nobody here registered', async () => {
    await server.close()
    server = await startProvider({ access_token_ttl: 3600, enable_dynamic_registration: true })
    app = await registerApp(server)
    const token = await obtainToken(server, app, {
      scope: '[["view-instance"],["insert-row","team","posts"]]',
    })
    await server.request('/-/oauth/register', {
      json: { redirect_uris: ['https://other.example/cb'], client_uri: 'https://other.example/' },
    })
    await sql`update tapedeck_oauth_grants set narrowed_at = 1, scopes = '{"access":"listed","scopes":[["view-instance"]]}'`.execute(
      server.store,
    )
    expect(await oauth('grants')).toMatch(/: view-instance, since .+, until .+ at the latest$/u)
    expect(await oauth('clients')).toContain('"other.example"  confidential, of nobody here since ')
    const dump = await oauth('export')
    expect(linesOf(dump)).toMatchObject([
      {},
      { created_by: 'alice', secrets: [{ last_used_at: expect.any(Number) }], unvouched: null },
      { created_by: null, unvouched: { declared: { client_uri: 'https://other.example/' } } },
      { narrowed_at: 1, ends_at: expect.any(Number) },
    ])

    const other = await startProvider()
    await other.command('oauth', 'import', save('dump', dump))
    expect(await other.command('oauth', 'export')).toBe(dump)
    const insert = { json: { row: { title: 'x' } }, headers: { authorization: `Bearer ${token}` } }
    expect((await other.request('/team/posts/-/insert', insert)).status).toBe(403)
    other.advance(86_400)
    expect(await other.command('oauth', 'purge')).toBe('1 row removed.')
    expect(await other.command('oauth', 'export')).not.toContain('other.example')
    await other.close()
  })

  it('add nothing when one of them is here already', async () => {
    await obtainToken(server, app)
    const dump = await oauth('export')
    const other = await startProvider()
    await other.command('oauth', 'import', save('dump', dump))
    const before = await other.command('oauth', 'export')
    const second = await registerApp(server)
    const more = await oauth('export')
    await expect(other.command('oauth', 'import', save('more', more))).rejects.toThrow(
      `client ${app.clientId} is here already`,
    )
    expect(await other.command('oauth', 'export')).toBe(before)
    expect(before).not.toContain(second.clientId)
    await other.close()
  })

  it.each<[string, (line: Record<string, unknown>) => unknown, string]>([
    [
      'a redirect URI that is refused here',
      (line) => ({ ...line, redirect_uris: ['javascript:alert(1)'] }),
      'line 2, client',
    ],
    ['a name that cannot be shown', (line) => ({ ...line, client_name: 'a\nb' }), 'cannot be shown'],
    ['a plain secret', (line) => ({ ...line, client_secret: 'x' }), 'line 2 cannot be read'],
    ['a confidential client without a secret', (line) => ({ ...line, secrets: [] }), 'has a secret'],
    [
      'no person who registered it',
      (line) => ({ ...line, created_by: null }),
      'does not say who registered it',
    ],
    [
      'a person who registered what nobody did',
      (line) => ({
        ...line,
        unvouched: { network: null, registered_at: 1, granted_at: null, declared: {} },
      }),
      'has no unvouched',
    ],
    ['what is no JSON object', () => 7, 'line 2 cannot be read'],
  ])('refuse %s, and add nothing', async (_what, change, message) => {
    const [head, client] = (await oauth('export')).split('\n')
    const changed = JSON.stringify(change(Object(JSON.parse(client ?? ''))))
    const other = await startProvider()
    const file = save('dump', [head, changed].join('\n'))
    await expect(other.command('oauth', 'import', file)).rejects.toThrow(message)
    expect(await other.command('oauth', 'clients')).toBe('No app is registered here.')
    await other.close()
  })

  it('refuse scopes that cannot be read, grants of unknown clients, ids that come twice and other files', async () => {
    await obtainToken(server, app)
    const [head = '', client = '', grant = ''] = (await oauth('export')).split('\n')
    const wide = JSON.stringify({ ...Object(JSON.parse(grant)), scopes: { access: 'listed', scopes: [] } })
    const other = await startProvider()
    for (const [lines, message] of [
      [[head, client, wide], 'its scopes cannot be read'],
      [[head, grant], 'is not in the lines before it'],
      [[head, client, client], 'a second time'],
      [[client], 'line 1 does not say'],
    ] as const) {
      await expect(other.command('oauth', 'import', save('dump', lines.join('\n')))).rejects.toThrow(message)
    }
    expect(await other.command('oauth', 'clients')).toBe('No app is registered here.')
    await other.close()
  })
})
