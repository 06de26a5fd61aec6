import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../testing.ts'
import { parseDump } from '../command/import.ts'
import {
  actorOf,
  ALICE,
  authorizePath,
  ask,
  jsonOf,
  obtainToken,
  startProvider,
  type TestApp,
} from '../test-app.ts'

/** The SQL with which datasette-oauth 0.1a0 makes its tables when it starts. */
const THEIR_SQL = `
  CREATE TABLE IF NOT EXISTS oauth_clients (
      client_id TEXT PRIMARY KEY,
      client_secret_hash TEXT NOT NULL,
      client_name TEXT NOT NULL,
      redirect_uri TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_at TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS oauth_authorization_codes (
      code TEXT PRIMARY KEY,
      client_id TEXT NOT NULL REFERENCES oauth_clients(client_id),
      actor_id TEXT NOT NULL,
      redirect_uri TEXT NOT NULL,
      scope TEXT NOT NULL,
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      used INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS oauth_device_codes (
      device_code TEXT PRIMARY KEY,
      user_code TEXT NOT NULL UNIQUE,
      scope TEXT NOT NULL DEFAULT '[]',
      expires_at TEXT NOT NULL,
      interval INTEGER NOT NULL DEFAULT 5,
      status TEXT NOT NULL DEFAULT 'pending',
      actor_id TEXT,
      token_ttl_seconds INTEGER
  );`

const SECRET = 'f'.repeat(64)
const app = (digit: string, redirectUri = 'https://app.example/cb'): TestApp => ({
  clientId: digit.repeat(32),
  secret: SECRET,
  redirectUri,
})

let directory: string
let internalPath: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-adopt-'))
  internalPath = join(directory, 'internal.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

function inTheirs(work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(internalPath)
  work(database)
  database.close()
}

/** Registers a client as datasette-oauth does. */
function register(client: TestApp, name = 'Their app', createdBy: string | bigint = ALICE.id): void {
  inTheirs((database) => {
    database.exec(THEIR_SQL)
    database
      .prepare(
        'INSERT INTO oauth_clients (client_id, client_secret_hash, client_name, redirect_uri, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        client.clientId,
        createHash('sha256').update(SECRET).digest('hex'),
        name,
        client.redirectUri,
        createdBy,
        '2026-01-02T03:04:05Z',
      )
  })
}

async function listOf(server: TestServer, actor: object = ALICE): Promise<readonly unknown[]> {
  const answer: unknown = await (
    await server.request('/-/oauth/clients.json', { actor: { ...actor } })
  ).json()
  return Array.isArray(answer) ? answer : []
}

describe('an internal database that datasette-oauth has written', () => {
  it('keeps its clients, with their secrets, redirect URIs and owners', async () => {
    register(app('a'))
    register(app('b'), 'Of a number', 42n)
    const server = await startProvider({}, { internalPath })
    expect(server.warnings).toEqual([])
    expect(await listOf(server)).toMatchObject([
      {
        client_id: 'a'.repeat(32),
        client_name: 'Their app',
        redirect_uri: 'https://app.example/cb',
        created_at: '2026-01-02T03:04:05Z',
      },
    ])
    expect(await listOf(server, { id: '42', role: 'developer' })).toHaveLength(1)
    const token = await obtainToken(server, app('a'))
    expect(await actorOf(server, token)).toMatchObject({ status: 200, actor: { id: 'carol' } })
    expect((await ask(server, authorizePath(app('a', 'https://app.example/other')))).status).toBe(400)
    await server.close()
  })

  it('is taken over once: what was changed or deleted here stays so, and what is registered there later comes too', async () => {
    register(app('a'))
    register(app('b'))
    const first = await startProvider({}, { internalPath })
    const form = { client_name: 'New name', redirect_uri: 'https://app.example/new' }
    await first.request(`/-/oauth/clients/${app('a').clientId}.json`, { actor: ALICE, form })
    await first.request(`/-/oauth/clients/${app('b').clientId}.json`, { actor: ALICE, method: 'DELETE' })
    await first.close()

    register(app('c'))
    const second = await startProvider({}, { internalPath })
    const names = (await listOf(second)).map((client) => Object(client))
    expect(names).toMatchObject([
      { client_id: app('a').clientId, client_name: 'New name', redirect_uri: 'https://app.example/new' },
      { client_id: app('c').clientId, client_name: 'Their app' },
    ])
    await second.close()
    inTheirs((database) => {
      expect(
        database.prepare('select count(*) as n from oauth_clients where client_name = ?').get('Their app'),
      ).toEqual({ n: 3 })
    })
  })

  it.each([
    'javascript:alert(1)',
    'http://app.example/cb',
    'https://app.example/cb#x',
    'data:text/html,x',
    '/cb',
  ])('keeps the redirect URI %s out, and says of which app', async (uri) => {
    register(app('a', uri))
    const server = await startProvider({}, { internalPath })
    expect(server.warnings).toEqual([
      `The OAuth app "Their app" ("${app('a').clientId}") of datasette-oauth cannot send people back to ${JSON.stringify(uri)}: "alice" gives it another redirect URI at /-/oauth/clients/${app('a').clientId}`,
    ])
    expect((await ask(server, authorizePath(app('a', uri)))).status).toBe(400)
    const page = await server.request(`/-/oauth/clients/${app('a').clientId}`, { actor: ALICE })
    expect(page.status).toBe(200)
    expect((await jsonOf(await server.request('/-/oauth/clients.json', { actor: ALICE })))[0]).toMatchObject({
      client_name: 'Their app',
    })
    // Its secret works; an owner who gives it an address has it back.
    const fixed = app('a', 'https://app.example/fixed')
    const form = { client_name: 'Their app', redirect_uri: fixed.redirectUri }
    await server.request(`/-/oauth/clients/${fixed.clientId}.json`, { actor: ALICE, form })
    expect(await obtainToken(server, fixed)).toMatch(/^dstok_/u)
    await server.close()
  })

  it('shows no name that could rearrange a page, and leaves out rows that datasette-oauth would not write', async () => {
    register(app('a'), `${String.fromCodePoint(0x202e)}Evil${String.fromCodePoint(10)}app`)
    register({ ...app('b'), clientId: 'not hex' })
    register({ ...app('c'), clientId: 'https://app.example/client.json' })
    const server = await startProvider({}, { internalPath })
    expect(server.warnings).toHaveLength(3)
    expect(await listOf(server)).toMatchObject([{ client_name: 'Evil app' }])
    await server.close()
  })

  it('starts beside rows with values that are no texts, says so, and takes the others', async () => {
    register(app('a'))
    inTheirs((database) => {
      database.exec(`
        insert into oauth_clients select null, client_secret_hash, 'No id', redirect_uri, created_by, created_at from oauth_clients;
        insert into oauth_clients select '${'b'.repeat(32)}', client_secret_hash, x'00', redirect_uri, created_by, created_at
          from oauth_clients where client_id is not null`)
    })
    const server = await startProvider({}, { internalPath })
    expect(server.warnings).toEqual([expect.stringContaining('values that are no texts')])
    expect(await listOf(server)).toMatchObject([{ client_id: app('a').clientId }])
    await server.close()
  })

  it.each(['1999-12-31T23:59:59.5Z', '0001-01-01T00:00:00Z', 'yesterday'])(
    'takes %s for a time that an export can have',
    async (time) => {
      register(app('a'))
      inTheirs((database) => database.prepare('update oauth_clients set created_at = ?').run(time))
      const server = await startProvider({}, { internalPath })
      const dump = parseDump(await server.command('oauth', 'export'))
      expect(dump).toMatchObject({ ok: true, value: { clients: [{ client_id: app('a').clientId }] } })
      await server.close()
    },
  )

  it('is left alone when a table of that name is somebody else’s', async () => {
    inTheirs((database) => database.exec('create table oauth_clients (id integer primary key, secret text)'))
    const server = await startProvider({}, { internalPath })
    expect([server.warnings, await listOf(server)]).toEqual([[], []])
    await server.close()
  })
})
