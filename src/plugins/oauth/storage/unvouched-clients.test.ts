import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sql, type Kysely } from 'kysely'
import { systemRandom } from '../../../random.ts'
import { openStore } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import type { Client } from '../protocol/client.ts'
import {
  hashSecret,
  newClientId,
  newGrantId,
  newSecretId,
  type ClientId,
  type GrantId,
  type RedirectUri,
} from '../protocol/ids.ts'
import { MAX_UNVOUCHED_OF_PERSON, UNVOUCHED_LIMITS } from '../protocol/unvouched.ts'
import { ClientStore } from './clients.ts'
import { GrantChanges } from './grant-changes.ts'
import { GrantStore, insertGrant } from './grants.ts'
import { oauthMigrations } from './migrations.ts'
import { purgeBesideRequest, purgeInUpkeep } from './purge.ts'
import type { OAuthTables } from './tables.ts'
import { noteGranted, purgeUnvouched, saveDocumentClient, UnvouchedClientStore } from './unvouched-clients.ts'

const NOW = 1_800_000_000
const DAY_SECONDS = 86_400

let db: Kysely<OAuthTables>
let unvouched: UnvouchedClientStore

beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  await migrateStore(store.value, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
  db = store.value.$extendTables<OAuthTables>()
  unvouched = new UnvouchedClientStore(db)
})
afterEach(() => db.destroy())

const client = (createdAt = NOW): Client => ({
  clientId: newClientId(systemRandom),
  name: 'App',
  kind: 'public',
  redirectUris: ['https://app.example/cb' as RedirectUri],
  createdBy: null,
  createdAt,
})

const register = (network: string, now = NOW, made = client(now), siteNetwork = network) =>
  unvouched.register({ client: made, secret: null, from: { network, siteNetwork }, declared: {} }, now)

/** Gives a client access. */
const grant = async ({ clientId }: Client, now = NOW, endsAt = 4_000_000_000) => {
  const grantId = newGrantId(systemRandom)
  const scopes = { access: 'full' } as const
  const person = { id: 'carol' }
  await insertGrant(
    db,
    { grantId, clientId, userId: 'carol', person, scopes, resource: null, refreshEndsAt: null, endsAt },
    now,
  )
  await noteGranted(db, clientId, now)
  return grantId
}

const exists = async ({ clientId }: Client) =>
  (await new ClientStore(db, new GrantChanges(db)).find(clientId)) !== null

describe('UnvouchedClientStore.register', () => {
  it('bounds what everybody together leaves unused: the answer says when to come again', async () => {
    for (let made = 0; made < UNVOUCHED_LIMITS.unused; made += 1) await register(`net-${made}`)
    expect(await register('one-more', NOW + 60)).toEqual({
      kind: 'full',
      whose: 'everybody',
      retryAfterSeconds: 3540,
    })
    expect(await register('one-more', NOW + 3600)).toEqual({ kind: 'registered' })
    expect((await unvouched.newest(5)).clients).toHaveLength(5)
  })

  it('bounds those of one network, used ones too', async () => {
    for (let made = 0; made < UNVOUCHED_LIMITS.perNetwork; made += 1) {
      const used = client()
      await register('net', NOW, used)
      await grant(used)
    }
    expect(await register('net')).toEqual({ kind: 'full', whose: 'network', retryAfterSeconds: 3600 })
    expect(await register('other')).toEqual({ kind: 'registered' })
  })

  it('bounds those of one site, however many networks it has, and leaves room for others', async () => {
    for (let made = 0; made < UNVOUCHED_LIMITS.unusedPerSite; made += 1)
      await register(`net-${made}`, NOW, client(), 'site')
    const full = { kind: 'full', whose: 'site', retryAfterSeconds: 3600 }
    expect(await register('net-more', NOW, client(), 'site')).toEqual(full)
    expect(await register('net-other', NOW, client(), 'other')).toEqual({ kind: 'registered' })
    expect(await register('net-more', NOW + 3600, client(), 'site')).toEqual({ kind: 'registered' })
  })

  it('bounds those of one site, used ones too', async () => {
    for (let made = 0; made < UNVOUCHED_LIMITS.perSite; made += 1) {
      const used = client()
      await register(`net-${made}`, NOW, used, 'site')
      await grant(used)
    }
    const full = { kind: 'full', whose: 'site', retryAfterSeconds: 3600 }
    expect(await register('net-more', NOW, client(), 'site')).toEqual(full)
    expect(await register('net-other', NOW, client(), 'other')).toEqual({ kind: 'registered' })
  })

  it('bounds all of them, used ones too', async () => {
    const rows = Array.from({ length: UNVOUCHED_LIMITS.inTotal }, () => client())
    for (let start = 0; start < rows.length; start += 1000) {
      const batch = rows.slice(start, start + 1000)
      await db
        .insertInto('tapedeck_oauth_clients')
        .values(
          batch.map(({ clientId }) => ({
            client_id: clientId,
            client_name: 'App',
            client_type: 'public' as const,
            redirect_uris: '[]',
            created_by: 'null',
            created_at: NOW,
            position: 1,
          })),
        )
        .execute()
      await db
        .insertInto('tapedeck_oauth_unvouched_clients')
        .values(
          batch.map(({ clientId }) => ({
            client_id: clientId,
            network: 'net',
            site_network: 'site',
            registered_at: NOW,
            granted_at: NOW,
            declared: '{}',
          })),
        )
        .execute()
    }
    await sql`insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at)
      select client_id, client_id, '"carol"', '{}', '{"access":"full"}', ${NOW} from tapedeck_oauth_clients
      where client_id in (select client_id from tapedeck_oauth_unvouched_clients)`.execute(db)
    expect(await register('other')).toEqual({ kind: 'full', whose: 'everybody', retryAfterSeconds: 3600 })
  })

  it('lets those give way that nobody lets in any more, where it is full, and no others', async () => {
    const grants: GrantId[] = []
    const apps: Client[] = []
    for (let made = 0; made < UNVOUCHED_LIMITS.perNetwork; made += 1) {
      const used = client()
      await register('net', NOW, used)
      apps.push(used)
      grants.push(await grant(used, NOW, made === 1 ? NOW + 1 : 4_000_000_000))
    }
    const [ended, over, lasts] = apps
    if (ended === undefined || over === undefined || lasts === undefined) throw new Error('no apps')
    await new GrantStore(db, new GrantChanges(db)).endMany(grants.slice(0, 1), NOW)
    expect(await register('net', NOW + 1)).toEqual({ kind: 'registered' })
    expect([await exists(ended), await exists(over), await exists(lasts)]).toEqual([false, false, true])
    expect(await register('net', NOW + 1)).toEqual({ kind: 'registered' })
    expect(await register('net', NOW + 1)).toMatchObject({ kind: 'full', whose: 'network' })
  })

  it('of 40 at once lets as many in as one after the other', async () => {
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => register('net')))
    expect(outcomes.filter(({ kind }) => kind === 'registered')).toHaveLength(20)
  })
})

describe('UnvouchedClientStore.register in two processes', () => {
  it('lets as many in as in one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tapedeck-unvouched-'))
    const connect = () => {
      const store = openStore(join(directory, 'internal.db'))
      if (!store.ok) throw new Error(store.error.reason)
      return store.value
    }
    const [one, other] = [connect(), connect()]
    await migrateStore(one, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_each, place) => {
        const made = client()
        const store = new UnvouchedClientStore((place % 2 === 0 ? one : other).$extendTables<OAuthTables>())
        return store.register(
          { client: made, secret: null, from: { network: 'net', siteNetwork: 'site' }, declared: {} },
          NOW,
        )
      }),
    )
    expect(outcomes.filter(({ kind }) => kind === 'registered')).toHaveLength(20)
    await Promise.all([one.destroy(), other.destroy()])
    rmSync(directory, { recursive: true })
  })
})

describe('UnvouchedClientStore.mayLetIn', () => {
  it('bounds the apps that one person lets in, counts each once, and leaves room for others', async () => {
    const mayLetIn = (made: Client, person = 'carol', now = NOW) =>
      unvouched.mayLetIn(person, made.clientId, now)
    const apps = Array.from({ length: MAX_UNVOUCHED_OF_PERSON }, () => client())
    const another = client()
    await register('other', NOW, another)
    let last: GrantId | null = null
    for (const [place, made] of apps.entries()) {
      await register(`net-${place}`, NOW, made)
      expect(await mayLetIn(another)).toBe(true)
      await grant(made)
      last = await grant(made, NOW, NOW + 60)
      if (place === 0) await new GrantStore(db, new GrantChanges(db)).end(last, NOW)
    }
    const [known] = apps
    if (known === undefined) throw new Error('no apps')
    expect([await mayLetIn(another), await mayLetIn(known), await mayLetIn(another, 'dave')]).toEqual([
      false,
      true,
      true,
    ])
    const document = 'https://app.example/client.json' as ClientId
    expect(await unvouched.mayLetIn('carol', document, NOW)).toBe(false)

    const vouched = { ...client(), createdBy: 'alice' }
    await new ClientStore(db, new GrantChanges(db)).create(vouched, null)
    expect(await mayLetIn(vouched)).toBe(true)

    await sql`update tapedeck_oauth_grants set ended_at = ${NOW} where client_id = ${known.clientId}`.execute(
      db,
    )
    expect(await mayLetIn(another)).toBe(true)
  })
})

describe('saveDocumentClient', () => {
  it('counts a new name as a change, since token checks remember the name, and nothing else', async () => {
    const made = client()
    const changes = new GrantChanges(db)
    const countAfter = async (saved: Client) => {
      await saveDocumentClient(db, saved, NOW)
      return changes.count()
    }
    const before = await changes.count()
    expect(await countAfter(made)).toBe(before)
    expect(await countAfter({ ...made, redirectUris: [] })).toBe(before)
    expect(await countAfter({ ...made, name: 'Renamed' })).toBe(before + 1)
    expect(await countAfter({ ...made, name: 'Renamed' })).toBe(before + 1)
  })
})

describe('purgeUnvouched', () => {
  it('T97: removes unused clients after a day, with their secrets', async () => {
    const made = client()
    const secret = { id: newSecretId(systemRandom), hash: hashSecret('s'), createdAt: NOW, lastUsedAt: null }
    await unvouched.register(
      { client: made, secret, from: { network: 'net', siteNetwork: 'site' }, declared: {} },
      NOW,
    )
    await purgeUnvouched(db, NOW + DAY_SECONDS - 1)
    expect(await exists(made)).toBe(true)
    expect(await purgeUnvouched(db, NOW + DAY_SECONDS)).toBe(1)
    expect(await exists(made)).toBe(false)
    expect(await db.selectFrom('tapedeck_oauth_client_secrets').selectAll().execute()).toEqual([])
  })

  it('T97: removes idle ones a month after their last access ended, and never one with a live grant', async () => {
    const [idle, live] = [client(), client()]
    await register('net', NOW, idle)
    await register('net', NOW, live)
    const ended = [await grant(idle), await grant(idle), await grant(live)]
    await grant(live)
    for (const grantId of ended)
      await new GrantStore(db, new GrantChanges(db)).end(grantId, NOW + DAY_SECONDS)
    await purgeUnvouched(db, NOW + 31 * DAY_SECONDS - 1)
    expect(await exists(idle)).toBe(true)
    await purgeUnvouched(db, NOW + 31 * DAY_SECONDS)
    expect([await exists(idle), await exists(live)]).toEqual([false, true])
  })

  it('T97: removes idle ones a month after their last access ended by its time', async () => {
    const made = client()
    await register('net', NOW, made)
    await grant(made, NOW, NOW + DAY_SECONDS)
    await purgeUnvouched(db, NOW + 31 * DAY_SECONDS - 1)
    expect(await exists(made)).toBe(true)
    await purgeUnvouched(db, NOW + 31 * DAY_SECONDS)
    expect(await exists(made)).toBe(false)
  })

  it('goes in the upkeep, and no request waits for it', async () => {
    const made = client()
    await register('net', NOW, made)
    await purgeBesideRequest(db, NOW + DAY_SECONDS)
    expect(await exists(made)).toBe(true)
    await purgeInUpkeep(db, NOW + DAY_SECONDS)
    expect(await exists(made)).toBe(false)
  })

  it('goes in small batches, and leaves clients alone that somebody here registered', async () => {
    const own = { ...client(), createdBy: 'alice' }
    await new ClientStore(db, new GrantChanges(db)).create(own, null)
    for (let made = 0; made < 120; made += 1) await register(`net-${made}`)
    const left: number[] = []
    for (let times = 0; times < 3; times += 1) {
      const removed = await purgeUnvouched(db, NOW + 2 * DAY_SECONDS)
      left.push(removed, (await unvouched.newest(0)).count)
    }
    expect(left).toEqual([50, 70, 50, 20, 20, 0])
    expect(await exists(own)).toBe(true)
  })
})
