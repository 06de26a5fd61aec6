import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import type { TestServer } from '../../../../testing.ts'
import { hashSecret } from '../../protocol/ids.ts'
import type { OAuthTables } from '../../storage/tables.ts'
import {
  ALICE,
  ask,
  authorizePath,
  decideOn,
  jsonOf,
  obtainCode,
  pkcePair,
  redeem,
  registerApp,
  startProvider,
  ticketOf,
} from '../../test-app.ts'

const STATE = 'a-state-that-must-not-stay'
const UNKNOWN_CLIENT = '7'.repeat(32)

let server: TestServer
const secrets = new Set<string>()
beforeAll(async () => {
  server = await startProvider({}, { now: 1_800_000_000 })
  const app = await registerApp(server)
  secrets.add(app.secret ?? '')
  secrets.add(STATE)

  const { verifier, challenge } = pkcePair()
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256', state: STATE }
  const code = await obtainCode(server, app, pkce)
  const unused = await obtainCode(server, app, pkce)
  for (const secret of [code, unused, verifier]) secrets.add(secret)
  secrets.add(ticketOf(await (await ask(server, authorizePath(app, pkce))).text()))

  await decideOn(server, authorizePath(app, pkce), { deny: 'Deny' })
  await redeem(server, app, code, { code_verifier: 'w'.repeat(43) })
  const answer = await jsonOf(await redeem(server, app, code, { code_verifier: verifier }))
  secrets.add(String(answer['access_token']))
  await redeem(server, app, code, { code_verifier: verifier })
  await redeem(server, app, unused, { client_secret: 'a-wrong-secret' })
  secrets.add('a-wrong-secret')
  await redeem(server, { ...app, clientId: UNKNOWN_CLIENT }, unused, { client_secret: 'a-stray-secret' })
  const garbage = { authorization: 'Basic !not-base64!' }
  await redeem(server, app, unused, { client_secret: null }, garbage)
  for (const text of [UNKNOWN_CLIENT, 'a-stray-secret', '!not-base64!']) secrets.add(text)
  await ask(server, authorizePath(app, { state: STATE, scope: '[]' }))
  await ask(server, authorizePath(app, { state: STATE, redirect_uri: 'https://evil.example/' }))

  const path = `/-/oauth/clients/${app.clientId}`
  const rotated = await jsonOf(await server.request(`${path}/secret.json`, { method: 'POST', actor: ALICE }))
  secrets.add(String(rotated['client_secret']))
  const [old] = rotated['secrets'] as readonly { readonly secret_id: string }[]
  await server.request(`${path}/secret.json`, { actor: ALICE, form: { retire: old?.secret_id ?? '' } })
  const form = { client_name: 'Renamed', redirect_uri: 'https://app.example/cb' }
  await server.request(`${path}.json`, { actor: ALICE, form })
})
afterAll(() => server.close())

const tables = () => server.store.$extendTables<OAuthTables>()

/** Every text in every table of the internal database. */
async function dump(): Promise<string> {
  const { rows: names } = await sql<{
    name: string
  }>`select name from sqlite_master where type = 'table'`.execute(server.store)
  const contents = []
  for (const { name } of names)
    contents.push((await sql`select * from ${sql.table(name)}`.execute(server.store)).rows)
  return JSON.stringify(contents)
}

describe('what the provider keeps', () => {
  it('T34: is no secret, code, token or state that could be used', async () => {
    const everything = await dump()
    expect(secrets.size).toBeGreaterThan(7)
    for (const secret of secrets) expect(everything).not.toContain(secret)
    expect(everything).toContain('Renamed')
  })

  it('T34: finds codes by their hash', async () => {
    const rows = await tables().selectFrom('tapedeck_oauth_codes').select('code_hash').execute()
    const hashes = rows.map((row) => row.code_hash)
    expect([...secrets].filter((secret) => hashes.includes(hashSecret(secret)))).toHaveLength(2)
  })

  it('uses no table of datasette-oauth', async () => {
    const { rows } = await sql<{
      name: string
    }>`select name from sqlite_master where name like 'oauth%'`.execute(server.store)
    expect(rows).toEqual([])
  })
})

describe('what the provider logs', () => {
  it('T109: is no secret, code, token or state', () => {
    for (const secret of secrets) expect(server.log()).not.toContain(secret)
  })

  it('is why a request was refused', () => {
    for (const reason of [
      'verifier-wrong',
      'code-replayed',
      'client-secret-wrong',
      'scope-empty',
      'redirect-uri-mismatch',
    ]) {
      expect(server.log()).toContain(reason)
    }
  })
})

describe('the audit trail', () => {
  it('T108: has a row for everything that happened, with time, person, client and address', async () => {
    const rows = await tables().selectFrom('tapedeck_oauth_audit').selectAll().execute()
    const events = new Map<string, number>()
    for (const { event } of rows) events.set(event, (events.get(event) ?? 0) + 1)
    expect(Object.fromEntries(events)).toEqual({
      'client.created': 1,
      'client.changed': 1,
      'client.secret_rotated': 1,
      'client.secret_retired': 1,
      'client.authentication_failed': 3,
      'consent.granted': 2,
      'consent.denied': 1,
      'code.issued': 2,
      'code.redeemed': 1,
      'code.replayed': 1,
      'token.issued': 1,
    })
    for (const row of rows) {
      expect(row).toMatchObject({ at: 1_800_000_000, address: '127.0.0.1' })
      if (row.client_id !== null) expect(row.client_id).toMatch(/^[0-9a-f]{32}$/u)
    }
    const nameless = rows.filter((row) => row.client_id === null)
    expect(nameless.map((row) => row.event)).toEqual([
      'client.authentication_failed',
      'client.authentication_failed',
    ])
    expect(rows.find((row) => row.event === 'consent.granted')).toMatchObject({ actor_id: '"carol"' })
    expect(rows.find((row) => row.event === 'client.created')).toMatchObject({ actor_id: '"alice"' })
  })

  it('T108: keeps the rows of a client that was deleted', async () => {
    const doomed = await registerApp(server)
    await server.request(`/-/oauth/clients/${doomed.clientId}.json`, { method: 'DELETE', actor: ALICE })
    const rows = await tables()
      .selectFrom('tapedeck_oauth_audit')
      .select(['client_id', 'event'])
      .where('event', '=', 'client.deleted')
      .execute()
    expect(rows).toEqual([{ client_id: doomed.clientId, event: 'client.deleted' }])
  })
})
