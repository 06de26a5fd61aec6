import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import {
  hashSecret,
  type ClientId,
  type GrantId,
  type RedirectUri,
  type SecretHash,
} from '../protocol/ids.ts'
import { ClientStore } from './clients.ts'
import { CodeStore } from './codes.ts'
import { ConsentStore, type Approval } from './consents.ts'
import { GrantChanges } from './grant-changes.ts'
import { GrantStore } from './grants.ts'
import { oauthMigrations } from './migrations.ts'
import { purgeExpired } from './purge.ts'
import type { OAuthTables } from './tables.ts'

const signedIn = async () => true
const NOW = 1_800_000_000
const DAY = 86_400
const clientId = 'c'.repeat(32) as ClientId

let directory: string
let path: string
let open: Store[]

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-oauth-'))
  path = join(directory, 'internal.db')
  open = []
  const { store, db } = connect()
  await migrateStore(store, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
  await new ClientStore(db, new GrantChanges(db)).create(
    {
      clientId,
      name: 'App',
      kind: 'confidential',
      redirectUris: ['https://app.example/cb' as RedirectUri],
      createdBy: 'alice',
      createdAt: NOW,
    },
    null,
  )
})

afterEach(async () => {
  for (const store of open) await store.destroy()
  rmSync(directory, { recursive: true })
})

function connect() {
  const store = openStore(path)
  if (!store.ok) throw new Error(store.error.reason)
  open.push(store.value)
  const db = store.value.$extendTables<OAuthTables>()
  return {
    store: store.value,
    db,
    codes: new CodeStore(db),
    consents: new ConsentStore(db),
    grants: new GrantStore(db, new GrantChanges(db)),
  }
}

const grantId = (name: string) => name.padEnd(32, '.') as GrantId
/** Whether the grant still has a row, be it over. */
const isStored = async (name: string) => {
  const stored = connect().db.selectFrom('tapedeck_oauth_grants').select('grant_id')
  return (await stored.where('grant_id', '=', grantId(name)).executeTakeFirst()) !== undefined
}
const codeHash = (name: string) => hashSecret(name)
const page = (name: string, expiresAt = NOW + 600) => ({ nonceHash: hashSecret(name), expiresAt })

const approval = (name: string): Approval => ({
  grantId: grantId(name),
  clientId,
  userId: 'carol',
  document: null,
  person: { id: 'carol', role: 'staff', _r: {} },
  scopes: { access: 'listed', scopes: [['view-instance']] },
  resource: null,
  refreshEndsAt: null,
  endsAt: 1_800_000_600,
  code: {
    hash: codeHash(name),
    redirectUri: 'https://app.example/cb' as RedirectUri,
    codeChallenge: null,
    expiresAt: NOW + 600,
  },
})

describe('CodeStore', () => {
  it('T44: gives no code without a challenge to a client that became public on the way', async () => {
    const { consents, db, codes } = connect()
    await new ClientStore(db, new GrantChanges(db)).changeKind(clientId, 'public', null, NOW)
    expect(await consents.approve(page('a'), approval('a'), NOW, signedIn)).toBe('challenge-missing')
    expect(await codes.find(codeHash('a'))).toBeNull()
  })

  it('finds a code with its grant', async () => {
    const { codes, consents } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    expect(await codes.find(codeHash('a'))).toEqual({
      clientId,
      redirectUri: 'https://app.example/cb',
      codeChallenge: null,
      expiresAt: NOW + 600,
      usedAt: null,
      grant: {
        grantId: grantId('a'),
        userId: 'carol',
        scopes: { access: 'listed', scopes: [['view-instance']] },
        resource: null,
        endedAt: null,
        refreshEndsAt: null,
      },
    })
    expect(await codes.find(codeHash('b'))).toBeNull()
  })

  it('gives the person back as they are: 42 is not "42"', async () => {
    const { codes, consents } = connect()
    await consents.approve(page('a'), { ...approval('a'), userId: 42 }, NOW, signedIn)
    await consents.approve(page('b'), { ...approval('b'), userId: '42' }, NOW, signedIn)
    expect((await codes.find(codeHash('a')))?.grant.userId).toBe(42)
    expect((await codes.find(codeHash('b')))?.grant.userId).toBe('42')
  })

  it('T19: spends a code once', async () => {
    const { codes, consents } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    expect(await codes.redeem(codeHash('a'), NOW)).toBe(true)
    expect(await codes.redeem(codeHash('a'), NOW)).toBe(false)
    expect((await codes.find(codeHash('a')))?.usedAt).toBe(NOW)
  })

  it('T21: does not spend a code whose time is over', async () => {
    const { codes, consents } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    expect(await codes.redeem(codeHash('a'), NOW + 600)).toBe(false)
    expect(await codes.redeem(codeHash('a'), NOW + 599)).toBe(true)
  })

  it('T106: does not spend the code of a grant that has ended', async () => {
    const { codes, consents, grants } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    await grants.end(grantId('a'), NOW)
    expect(await codes.redeem(codeHash('a'), NOW)).toBe(false)
  })

  it('T110: of 50 redemptions over two connections to one file, one wins', async () => {
    const [one, two] = [connect(), connect()]
    await one.consents.approve(page('a'), approval('a'), NOW, signedIn)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? one : two).codes.redeem(codeHash('a'), NOW),
      ),
    )
    expect(answers.filter(Boolean)).toHaveLength(1)
  })

  it('T110: of 50 redemptions from two processes, one wins, for each of 20 codes', async () => {
    const { consents } = connect()
    const names = Array.from({ length: 20 }, (_, index) => `code-${index}`)
    for (const name of names) await consents.approve(page(name), approval(name), NOW, signedIn)

    const startAt = Date.now() + 1500
    const wins = await Promise.all([
      redeemElsewhere(names.map(codeHash), startAt),
      redeemElsewhere(names.map(codeHash), startAt),
    ])
    for (const index of names.keys()) {
      expect((wins[0]?.[index] ?? 0) + (wins[1]?.[index] ?? 0)).toBe(1)
    }
  })
})

/** Starts another process that redeems each code 25 times at once, from a common moment on. How often it won, code by code. */
async function redeemElsewhere(hashes: readonly SecretHash[], startAt: number): Promise<readonly number[]> {
  // Node runs no .tsx, and this file's neighbours come to some: the process runs what was built.
  const url = (file: string) => JSON.stringify(new URL(`../../../../dist/${file}`, import.meta.url).href)
  const script = `
    const { openStore } = await import(${url('store/connect.js')})
    const { CodeStore } = await import(${url('plugins/oauth/storage/codes.js')})
    const store = openStore(${JSON.stringify(path)})
    const codes = new CodeStore(store.value)
    while (Date.now() < ${startAt}) await new Promise((go) => setTimeout(go, 1))
    const wins = []
    for (const hash of ${JSON.stringify(hashes)}) {
      const answers = await Promise.all(Array.from({ length: 25 }, () => codes.redeem(hash, ${NOW})))
      wins.push(answers.filter(Boolean).length)
    }
    await store.value.destroy()
    console.log(JSON.stringify(wins))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return JSON.parse(stdout) as readonly number[]
}

describe('what a grant knows of its person', () => {
  it('is brought up to date in all their grants that live, and in nobody else’s', async () => {
    const { consents, grants } = connect()
    for (const name of ['a', 'b', 'ended']) await consents.approve(page(name), approval(name), NOW, signedIn)
    await consents.approve(page('n'), { ...approval('n'), userId: 42 }, NOW, signedIn)
    await consents.approve(page('t'), { ...approval('t'), userId: '42' }, NOW, signedIn)
    await grants.end(grantId('ended'), NOW)

    await grants.refreshPerson('carol', { id: 'carol', role: 'guest', _r: {} }, NOW)
    await grants.refreshPerson(42, { id: 42 }, NOW)
    const known = async (name: string) => (await grants.findLive(grantId(name)))?.person ?? null
    expect([await known('a'), await known('b')]).toEqual([{ role: 'guest' }, { role: 'guest' }])
    expect([await known('n'), await known('t'), await known('ended')]).toEqual([{}, { role: 'staff' }, null])
  })

  it('is found without reading the grants of everybody', async () => {
    const { db } = connect()
    const plan = await sql<{ detail: string }>`
      explain query plan update tapedeck_oauth_grants set person = '{}'
      where user_id = '"carol"' and ended_at is null and person <> '{}'`.execute(db)
    expect(plan.rows.map(({ detail }) => detail).join()).toContain('tapedeck_oauth_live_grants_by_person')
  })

  it('is listed by time in the order of an index', async () => {
    const { db } = connect()
    const plan = await sql<{ detail: string }>`
      explain query plan select * from tapedeck_oauth_grants where ended_at is null
        and (ends_at is null or ends_at > 1) order by created_at desc, grant_id desc limit 51`.execute(db)
    const steps = plan.rows.map(({ detail }) => detail).join()
    expect(steps).toContain('tapedeck_oauth_live_grants_by_time')
    expect(steps).not.toContain('TEMP B-TREE')
  })

  it('that is over is left alone when its person signs in', async () => {
    const { consents, grants } = connect()
    for (const name of ['lasts', 'over']) {
      const endsAt = NOW + (name === 'over' ? 1 : 2)
      await consents.approve(page(name), { ...approval(name), endsAt }, NOW, signedIn)
    }
    await grants.refreshPerson('carol', { id: 'carol', role: 'guest' }, NOW + 1)
    const known = async (name: string) => (await grants.findLive(grantId(name)))?.person ?? null
    expect([await known('lasts'), await known('over')]).toEqual([{ role: 'guest' }, { role: 'staff' }])
  })
})

describe('ConsentStore', () => {
  it('lets a page be decided once, and stores nothing the second time', async () => {
    const { codes, consents, grants } = connect()
    expect(await consents.approve(page('p'), approval('a'), NOW, signedIn)).toBe('recorded')
    expect(await consents.approve(page('p'), approval('b'), NOW, signedIn)).toBe('already-decided')
    expect(await consents.deny(page('p'))).toBe('already-decided')
    expect(await codes.find(codeHash('b'))).toBeNull()
    expect(await grants.findLive(grantId('b'))).toBeNull()
  })

  it('counts a denial as the decision', async () => {
    const { consents } = connect()
    expect(await consents.deny(page('p'))).toBe('recorded')
    expect(await consents.approve(page('p'), approval('a'), NOW, signedIn)).toBe('already-decided')
  })

  it('of 20 approvals of one page at once, records one', async () => {
    const { db, consents } = connect()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        consents.approve(page('p'), approval(`g${index}`), NOW, signedIn),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1)
    expect(await db.selectFrom('tapedeck_oauth_grants').selectAll().execute()).toHaveLength(1)
  })

  it('grants nothing to a client that was deleted in between', async () => {
    const { db, consents } = connect()
    await new ClientStore(db, new GrantChanges(db)).delete(clientId)
    expect(await consents.approve(page('p'), approval('a'), NOW, signedIn)).toBe('client-gone')
  })
})

describe('GrantStore', () => {
  it('ends a grant once', async () => {
    const { consents, grants } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    expect(await grants.findLive(grantId('a'))).toMatchObject({ person: { role: 'staff' } })
    expect(await grants.end(grantId('a'), NOW + 1)).toBe(true)
    expect(await grants.end(grantId('a'), NOW + 2)).toBe(false)
    expect(await grants.findLive(grantId('a'))).toBeNull()
  })

  it('narrows a grant from what it gives now, and not once it has ended', async () => {
    const { consents, grants } = connect()
    const two = { access: 'listed', scopes: [['view-instance'], ['view-table', 'team']] } as const
    const one = { access: 'listed', scopes: [['view-instance']] } as const
    await consents.approve(page('a'), { ...approval('a'), scopes: two }, NOW, signedIn)
    expect((await grants.findLive(grantId('a')))?.narrowedTo).toBeNull()
    expect(await grants.narrow(grantId('a'), one, two, NOW)).toBe(false)
    expect(await grants.narrow(grantId('a'), two, one, NOW)).toBe(true)
    expect(await grants.narrow(grantId('a'), two, two, NOW)).toBe(false)
    expect((await grants.findLive(grantId('a')))?.narrowedTo).toEqual(one)
    await grants.end(grantId('a'), NOW)
    expect(await grants.narrow(grantId('a'), one, one, NOW)).toBe(false)
  })

  it('knows no grant that was never made', async () => {
    expect(await connect().grants.findLive(grantId('x'))).toBeNull()
  })
})

describe('purgeExpired', () => {
  it('removes decided pages after their ticket, and codes a day after their time', async () => {
    const { db, consents, codes, grants } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    await consents.approve(page('b'), approval('b'), NOW, signedIn)
    await codes.redeem(codeHash('b'), NOW)
    const count = async (table: 'tapedeck_oauth_consent_nonces' | 'tapedeck_oauth_codes') =>
      (await db.selectFrom(table).selectAll().execute()).length

    await purgeExpired(db, NOW + 599, 100)
    expect([await count('tapedeck_oauth_consent_nonces'), await count('tapedeck_oauth_codes')]).toEqual([
      2, 2,
    ])
    await purgeExpired(db, NOW + 600 + DAY - 1, 100)
    expect([await count('tapedeck_oauth_consent_nonces'), await count('tapedeck_oauth_codes')]).toEqual([
      0, 2,
    ])
    await purgeExpired(db, NOW + 600 + DAY, 100)
    expect(await count('tapedeck_oauth_codes')).toBe(0)

    // The grant of the code that was redeemed has given out a token and stays; the other one never did.
    expect(await grants.findLive(grantId('a'))).toBeNull()
    expect(await grants.findLive(grantId('b'))).toMatchObject({ person: { role: 'staff' } })
  })

  it('removes grants a month after they ended, and gives the number of what it removed', async () => {
    const { db, consents, codes, grants } = connect()
    await consents.approve(page('a'), approval('a'), NOW, signedIn)
    await consents.approve(page('b'), approval('b'), NOW, signedIn)
    await codes.redeem(codeHash('a'), NOW)
    await codes.redeem(codeHash('b'), NOW)
    await grants.end(grantId('a'), NOW)
    // A code that still stands is in the way of nothing else.
    await db
      .updateTable('tapedeck_oauth_codes')
      .set({ expires_at: NOW + 90 * DAY })
      .execute()
    expect(await purgeExpired(db, NOW + 30 * DAY, 100)).toBe(2)
    expect(await isStored('a')).toBe(true)
    await db.updateTable('tapedeck_oauth_codes').set({ expires_at: NOW }).execute()
    expect(await purgeExpired(db, NOW + 30 * DAY - 1, 100)).toBe(2)
    expect(await isStored('a')).toBe(true)
    expect(await purgeExpired(db, NOW + 30 * DAY, 100)).toBe(1)
    expect([await isStored('a'), await purgeExpired(db, NOW + 30 * DAY, 100)]).toEqual([false, 0])
    expect(await grants.findLive(grantId('b'))).not.toBeNull()
  })

  it('removes grants a month after their time, though nobody ended them', async () => {
    const { consents, codes } = connect()
    await consents.approve(page('a'), { ...approval('a'), endsAt: NOW + DAY }, NOW, signedIn)
    await codes.redeem(codeHash('a'), NOW)
    await purgeExpired(connect().db, NOW + 31 * DAY - 1, 100)
    expect(await isStored('a')).toBe(true)
    expect(await purgeExpired(connect().db, NOW + 31 * DAY, 100)).toBe(1)
    expect(await isStored('a')).toBe(false)
  })

  it('finds what has ended by indexes', async () => {
    const plan = await sql<{ detail: string }>`
      explain query plan select grant_id from tapedeck_oauth_grants as ended
      where (ended_at <= 1 or ended_at is null and coalesce(ends_at, 9007199254740991) <= 1)
        and not exists (select 1 from tapedeck_oauth_codes as code where code.grant_id = ended.grant_id)
      limit 200`.execute(connect().db)
    expect(plan.rows.map(({ detail }) => detail).join()).not.toContain('SCAN')
  })

  it('takes at most 100 rows of a kind at a time', async () => {
    const { db, consents } = connect()
    for (let index = 0; index < 130; index += 1) await consents.deny(page(`p${index}`))
    await purgeExpired(db, NOW + 600, 100)
    expect(await db.selectFrom('tapedeck_oauth_consent_nonces').selectAll().execute()).toHaveLength(30)
  })
})
