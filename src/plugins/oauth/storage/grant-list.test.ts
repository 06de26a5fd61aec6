import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../../random.ts'
import { openStore } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import type { Client } from '../protocol/client.ts'
import { newClientId, newGrantId, type RedirectUri } from '../protocol/ids.ts'
import { ClientStore } from './clients.ts'
import { GrantChanges } from './grant-changes.ts'
import { ALL_GRANTS, GrantList, type GrantPage } from './grant-list.ts'
import { insertGrant } from './grants.ts'
import { oauthMigrations } from './migrations.ts'
import type { OAuthTables } from './tables.ts'
import { stepsOf as allStepsOf } from './test-plans.ts'

const NOW = 1_800_000_000
const CAROL = { ...ALL_GRANTS, owner: 'carol' }

let db: Kysely<OAuthTables>
let app: Client
beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  await migrateStore(store.value, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
  db = store.value.$extendTables<OAuthTables>()
  app = {
    clientId: newClientId(systemRandom),
    name: 'App',
    kind: 'public',
    redirectUris: ['https://app.example/cb' as RedirectUri],
    createdBy: 'alice',
    createdAt: NOW,
  }
  await new ClientStore(db, new GrantChanges(db)).create(app, null)
})
afterEach(() => db.destroy())

const grant = async (endsAt: number) => {
  const grantId = newGrantId(systemRandom)
  const scopes = { access: 'full' } as const
  const given = { clientId: app.clientId, userId: 'carol', person: { id: 'carol' }, scopes, resource: null }
  await insertGrant(db, { grantId, ...given, refreshEndsAt: null, endsAt }, NOW)
  return grantId
}

/** The steps about grants. */
const stepsOf = async (ask: (watched: Kysely<OAuthTables>) => Promise<unknown>) =>
  (await allStepsOf(db, ask)).filter((step) => /\b(?:grant|sibling|given|used)\b/u.test(step))

describe('the grants of a person', () => {
  it('are those that last', async () => {
    const [lasting] = [await grant(NOW + 1), await grant(NOW), await grant(NOW - 1)]
    const list = new GrantList(db)
    const { grants } = await list.page(CAROL, null, NOW)
    expect(grants.map(({ grantId, others }) => [grantId, others])).toEqual([[lasting, 0]])
    expect(await list.count(CAROL, NOW)).toBe(1)
  })

  it.each([
    ['all of them', (list: GrantList) => list.page(CAROL, null, NOW)],
    ['the next page', (list: GrantList) => list.page(CAROL, { createdAt: NOW, grantId: 'f' }, NOW)],
    ['those of one app', (list: GrantList) => list.page({ ...CAROL, client: app.clientId }, null, NOW)],
    ['how many', (list: GrantList) => list.count(CAROL, NOW)],
    ['the newest', (list: GrantList) => list.newest(CAROL, 500, NOW)],
    [
      'those a manager looks for',
      (list: GrantList) => list.page({ ...ALL_GRANTS, actor: 'carol' }, null, NOW),
    ],
  ])('are found without a look at those that are over: %s', async (_name, ask) => {
    const steps = await stepsOf((watched) => ask(new GrantList(watched)))
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) {
      expect(step).toMatch(/\((?:grant_id=\?|user_id=\?(?: AND client_id=\?)? AND <expr>>\?)\)/u)
    }
  })
})

describe('everybody’s grants', () => {
  /** More that are over than one page looks at, given at this moment. */
  const giveThoseThatAreOver = (at: number) =>
    sql`insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at, ends_at)
      with recursive n(i) as (select 1 union all select i + 1 from n limit 1100)
      select printf('%032x', i), ${app.clientId}, '"dave"', '{}', '{"access":"full"}', ${at}, ${NOW} from n`.execute(
      db,
    )

  it('are found behind those that are over, page by page, newest first', async () => {
    for (let i = 0; i < 60; i += 1) await grant(NOW + 1)
    await giveThoseThatAreOver(NOW + 10)
    const list = new GrantList(db)
    const first = await list.page(ALL_GRANTS, null, NOW)
    const second = await list.page(ALL_GRANTS, first.next, NOW)
    const found = [...first.grants, ...second.grants].map(({ grantId }) => grantId)
    expect([first.grants.length, second.grants.length, second.next]).toEqual([50, 10, null])
    expect(found).toEqual([...new Set(found)].sort().toReversed())
  })

  it('are at hand when the newest last, page by page', async () => {
    await giveThoseThatAreOver(NOW - 10)
    for (let i = 0; i < 160; i += 1) await grant(NOW + 1)
    const list = new GrantList(db)
    const found: string[] = []
    let place = null
    do {
      const page: GrantPage = await list.page(ALL_GRANTS, place, NOW)
      found.push(...page.grants.map(({ grantId }) => grantId))
      place = page.next
    } while (place !== null)
    expect(found).toHaveLength(160)
    expect(found).toEqual([...new Set(found)].sort().toReversed())
  })

  it.each([
    ['all of them', (list: GrantList) => list.page(ALL_GRANTS, null, NOW)],
    ['the next page', (list: GrantList) => list.page(ALL_GRANTS, { createdAt: NOW, grantId: 'f' }, NOW)],
  ])('are found by their end, after a look at the newest: %s', async (_name, ask) => {
    await grant(NOW + 1)
    const [part, look, read, ...rest] = await stepsOf((watched) => ask(new GrantList(watched)))
    // The look at the newest is a part of a statement, which stops after so many.
    expect(part).toMatch(/^(?:SCAN|SEARCH) grant USING INDEX tapedeck_oauth_live_grants_by_time/u)
    expect([look, read]).toEqual(['CO-ROUTINE grant', part])
    expect(rest).toContain('SEARCH grant USING COVERING INDEX tapedeck_oauth_live_grants_by_end (<expr>>?)')
    expect(rest.filter((step) => step.includes('by_time'))).toEqual([])
  })
})

describe('the grants of an app', () => {
  const OF_APP = 'tapedeck_oauth_live_grants_by_app (client_id=? AND <expr>>?)'

  it.each([
    ['a page', (list: GrantList) => list.page({ ...ALL_GRANTS, client: app.clientId }, null, NOW)],
    ['by its name', (list: GrantList) => list.page({ ...ALL_GRANTS, client: 'ap' }, null, NOW)],
    ['how many', (list: GrantList) => list.count({ ...ALL_GRANTS, client: app.clientId }, NOW)],
    ['the newest', (list: GrantList) => list.newest({ ...ALL_GRANTS, client: app.clientId }, 500, NOW)],
  ])('are found without a look at those that are over: %s', async (_name, ask) => {
    await grant(NOW + 1)
    const [first] = await stepsOf((watched) => ask(new GrantList(watched)))
    expect(first).toBe(`SEARCH grant USING COVERING INDEX ${OF_APP}`)
  })

  it('are counted, and the last use is found, without a look at those that are over', async () => {
    const steps = await stepsOf((watched) =>
      new ClientStore(watched, new GrantChanges(watched)).uses([app.clientId], NOW),
    )
    expect(steps.filter((step) => step.startsWith('SEARCH'))).toEqual([
      `SEARCH given USING INDEX ${OF_APP}`,
      'SEARCH used USING COVERING INDEX tapedeck_oauth_grants_by_use (client_id=?)',
    ])
  })

  it('tell who gives it access, and its last use, whoever’s access is over', async () => {
    const clients = new ClientStore(db, new GrantChanges(db))
    const used = async () => (await clients.uses([app.clientId], NOW)).get(app.clientId)
    expect(await used()).toEqual({ people: 0, lastUsedAt: null })
    await grant(NOW)
    expect(await used()).toEqual({ people: 0, lastUsedAt: NOW })
    await grant(NOW + 1)
    await grant(NOW + 1)
    await sql`update tapedeck_oauth_grants set last_used_at = ${NOW + 5} where ends_at = ${NOW}`.execute(db)
    expect(await used()).toEqual({ people: 1, lastUsedAt: NOW + 5 })
  })
})
