import { CompiledQuery, type Kysely, type RootOperationNode } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../../random.ts'
import { openStore } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import type { Client } from '../protocol/client.ts'
import { newClientId, newGrantId, type RedirectUri } from '../protocol/ids.ts'
import { ClientStore } from './clients.ts'
import { GrantChanges } from './grant-changes.ts'
import { ALL_GRANTS, GrantList } from './grant-list.ts'
import { insertGrant } from './grants.ts'
import { oauthMigrations } from './migrations.ts'
import type { OAuthTables } from './tables.ts'

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

/** How SQLite finds what is asked for: the steps about grants of each statement that runs meanwhile. */
async function stepsOf(ask: (list: GrantList) => Promise<unknown>): Promise<readonly string[]> {
  const nodes: RootOperationNode[] = []
  const watched = db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await ask(new GrantList(watched))
  const plans = await Promise.all(
    nodes.map(async (node) => {
      const { parameters, sql } = db.getExecutor().compileQuery(node, { queryId: 'plan' })
      return db.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      )
    }),
  )
  return plans
    .flatMap(({ rows }) => rows.map(({ detail }) => detail))
    .filter((step) => /\b(?:grant|sibling)\b/u.test(step))
}

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
    const steps = await stepsOf(ask)
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) {
      expect(step).toMatch(/\((?:grant_id=\?|user_id=\?(?: AND client_id=\?)? AND <expr>>\?)\)/u)
    }
  })
})
