import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Kysely } from 'kysely'
import { systemRandom } from '../../../random.ts'
import type { PersonId } from '../../../auth/person-id.ts'
import { openStore } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import type { Client } from '../protocol/client.ts'
import { hashSecret, newSecretId, type ClientId, type RedirectUri, type SecretId } from '../protocol/ids.ts'
import { AuditStore } from './audit.ts'
import { ClientStore, type LiveSecret } from './clients.ts'
import { GrantChanges } from './grant-changes.ts'
import { oauthMigrations } from './migrations.ts'
import type { OAuthTables } from './tables.ts'

const NOW = 1_800_000_000

let db: Kysely<OAuthTables>
let clients: ClientStore

beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  await migrateStore(store.value, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
  db = store.value.$extendTables<OAuthTables>()
  clients = new ClientStore(db, new GrantChanges(db))
})

afterEach(() => db.destroy())

const client = (id: string, createdBy: PersonId = 'alice'): Client => ({
  clientId: id.repeat(32) as ClientId,
  name: `App ${id}`,
  kind: 'confidential',
  redirectUris: ['https://app.example/cb' as RedirectUri, 'http://127.0.0.1/cb' as RedirectUri],
  createdBy,
  createdAt: NOW,
})

const rowCount = async () => (await db.selectFrom('tapedeck_oauth_audit').selectAll().execute()).length

const secret = (text: string): LiveSecret => ({
  id: newSecretId(systemRandom),
  hash: hashSecret(text),
  createdAt: NOW,
  lastUsedAt: null,
})

describe('ClientStore', () => {
  it('gives back what it was given', async () => {
    await clients.create(client('a'), secret('s'))
    expect(await clients.find(client('a').clientId)).toEqual(client('a'))
    expect(await clients.find(client('b').clientId)).toBeNull()
  })

  it('lists the clients of one person in the order of their registration', async () => {
    for (const id of ['c', 'a', 'b']) await clients.create(client(id), null)
    await clients.create(client('d', 'bob'), null)
    expect((await clients.listOf('alice')).map(({ name }) => name)).toEqual(['App c', 'App a', 'App b'])
  })

  it('keeps the clients of 42 and of "42" apart', async () => {
    await clients.create(client('a', 42), null)
    await clients.create(client('b', '42'), null)
    expect(await clients.listOf(42)).toEqual([client('a', 42)])
    expect(await clients.listOf('42')).toEqual([client('b', '42')])
  })

  it('changes name and addresses, and nothing else', async () => {
    await clients.create(client('a'), null)
    const redirectUris = ['https://new.example/' as RedirectUri]
    await clients.change(client('a').clientId, { name: 'New', redirectUris })
    expect(await clients.find(client('a').clientId)).toEqual({ ...client('a'), name: 'New', redirectUris })
  })

  it('does not use a stored address that the rules of today refuse', async () => {
    const redirectUris = ['javascript:alert(1)' as RedirectUri, 'https://app.example/cb' as RedirectUri]
    await clients.create({ ...client('a'), redirectUris }, null)
    expect((await clients.find(client('a').clientId))?.redirectUris).toEqual(['https://app.example/cb'])
  })

  it('lets two secrets live at once, and not three', async () => {
    await clients.create(client('a'), secret('one'))
    expect(await clients.addSecret(client('a').clientId, secret('two'))).toBe(true)
    expect(await clients.addSecret(client('a').clientId, secret('three'))).toBe(false)
    const hashes = (await clients.secrets(client('a').clientId)).map(({ hash }) => hash)
    expect(hashes).toEqual([hashSecret('one'), hashSecret('two')])
  })

  it('of ten rotations at once, lets one through', async () => {
    await clients.create(client('a'), secret('one'))
    const added = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        clients.addSecret(client('a').clientId, secret(`new ${index}`)),
      ),
    )
    expect(added.filter(Boolean)).toHaveLength(1)
  })

  it('retires a secret, but never the last, and never another client’s', async () => {
    const [one, two, other] = [secret('one'), secret('two'), secret('other')]
    await clients.create(client('a'), one)
    await clients.create(client('b'), other)
    expect(await clients.retireSecret(client('a').clientId, one.id)).toBe(false)
    await clients.addSecret(client('a').clientId, two)
    expect(await clients.retireSecret(client('a').clientId, other.id)).toBe(false)
    expect(await clients.retireSecret(client('a').clientId, 'f'.repeat(16) as SecretId)).toBe(false)
    expect(await clients.retireSecret(client('a').clientId, one.id)).toBe(true)
    expect((await clients.secrets(client('a').clientId)).map(({ id }) => id)).toEqual([two.id])
    expect(await clients.secrets(client('b').clientId)).toHaveLength(1)
  })

  it('of two secrets retired at once, keeps one', async () => {
    const [one, two] = [secret('one'), secret('two')]
    await clients.create(client('a'), one)
    await clients.addSecret(client('a').clientId, two)
    const retired = await Promise.all(
      [one, two].map(({ id }) => clients.retireSecret(client('a').clientId, id)),
    )
    expect(retired.filter(Boolean)).toHaveLength(1)
  })

  it('deletes a client with its secrets, and no other', async () => {
    await clients.create(client('a'), secret('one'))
    await clients.create(client('b'), secret('two'))
    await clients.delete(client('a').clientId)
    expect(await clients.find(client('a').clientId)).toBeNull()
    expect(await clients.secrets(client('a').clientId)).toEqual([])
    expect(await clients.secrets(client('b').clientId)).toHaveLength(1)
  })
})

describe('AuditStore', () => {
  it('bounds the rows that strangers can make a client leave', async () => {
    const audit = new AuditStore(db, systemRandom)
    const fail = (at: number) => audit.recordFailedAuthentication(client('a').clientId, '192.0.2.1', at)
    for (let attempt = 0; attempt < 30; attempt += 1) await fail(NOW)
    expect(await rowCount()).toBe(20)
    await fail(NOW + 60)
    expect(await rowCount()).toBe(21)
  })

  it('bounds them also for many failures at once', async () => {
    const audit = new AuditStore(db, systemRandom)
    const { clientId } = client('a')
    await Promise.all(
      Array.from({ length: 50 }, () => audit.recordFailedAuthentication(clientId, '192.0.2.1', NOW)),
    )
    expect(await rowCount()).toBe(20)
  })

  it('counts everybody who named no client together, and apart from those who named one', async () => {
    const audit = new AuditStore(db, systemRandom)
    for (let attempt = 0; attempt < 30; attempt += 1) {
      await audit.recordFailedAuthentication(null, `192.0.2.${attempt}`, NOW)
    }
    expect(await rowCount()).toBe(20)
    await audit.recordFailedAuthentication(client('a').clientId, '192.0.2.1', NOW)
    expect(await rowCount()).toBe(21)
    expect(await db.selectFrom('tapedeck_oauth_audit').selectAll().executeTakeFirst()).toEqual({
      entry_id: expect.stringMatching(/^[0-9a-f]{32}$/u),
      at: NOW,
      event: 'client.authentication_failed',
      actor_id: null,
      client_id: null,
      grant_id: null,
      address: '192.0.2.0',
      owner_id: null,
      scopes: null,
    })
  })
})
