import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../store/connect.ts'
import { migrateStore } from '../../../store/migrate.ts'
import {
  NO_AUDIT_FILTER,
  searchAudit,
  type AuditFilter,
  type AuditPage,
  type AuditPlace,
} from './audit-search.ts'
import { oauthMigrations } from './migrations.ts'
import type { OAuthTables } from './tables.ts'
import { stepsOf } from './test-plans.ts'

const NOW = 1_800_000_000
const hex = (number: number) => number.toString(16).padStart(32, '0')

let db: Kysely<OAuthTables>
beforeEach(async () => {
  const store = openStore(':memory:')
  if (!store.ok) throw new Error(store.error.reason)
  await migrateStore(store.value, [{ name: 'oauth', migrations: oauthMigrations }], { now: () => NOW })
  db = store.value.$extendTables<OAuthTables>()
  for (const number of [1, 2, 3]) {
    await sql`insert into tapedeck_oauth_clients
      (client_id, client_name, client_type, redirect_uris, created_by, created_at, position)
      values (${hex(number)}, ${number === 3 ? 'Other' : `Maker ${number}`}, 'public', '[]', '"a"', 0, ${number})`.execute(
      db,
    )
  }
  // One of each app in turn, four in a second.
  await sql`
    insert into tapedeck_oauth_audit (entry_id, at, event, client_id, actor_id, owner_id, address)
    with recursive n(i) as (select 1 union all select i + 1 from n limit 600)
    select printf('%032x', i), ${NOW} + i / 4, case when i = 4 then 'client.deleted' else 'token.refreshed' end,
      printf('%032x', 1 + i % 3), '42', iif(i % 2, '42', '"42"'), '192.0.2.7' from n`.execute(db)
})
afterEach(() => db.destroy())

/** The numbers of all entries, as they come. */
async function numbersOf(filter: AuditFilter): Promise<readonly number[]> {
  const numbers: number[] = []
  let place: AuditPlace | null = null
  do {
    const page: AuditPage = await searchAudit(db, filter, place)
    numbers.push(...page.entries.map(({ entryId }) => Number(`0x${entryId}`)))
    place = page.next
  } while (place !== null)
  return numbers
}

const newestFirst = (isWanted: (number: number) => boolean) =>
  Array.from({ length: 600 }, (_, index) => 600 - index).filter(isWanted)

describe('searchAudit', () => {
  it.each([
    ['several apps of a name', { client: 'maker' }, (i: number) => i % 3 !== 2],
    ['a person whose id is a number or text', { owner: '42' }, () => true],
    ['the part of a person', { of: '42' }, (i: number) => i % 2 === 0],
    ['both', { owner: '42', client: 'maker' }, (i: number) => i % 3 !== 2],
    ['the event too', { client: 'maker', event: 'client.deleted' }, (i: number) => i === 4],
    [
      'moments too',
      { client: 'maker', since: NOW + 20, until: NOW + 99 },
      (i: number) => i % 3 !== 2 && i >= 80 && i < 400,
    ],
  ])('gives what it finds newest first, each once: %s', async (_what, filter, isWanted) => {
    expect(await numbersOf({ ...NO_AUDIT_FILTER, ...filter })).toEqual(newestFirst(isWanted))
  })

  it.each([
    ['several apps of a name', { client: 'maker' }],
    ['several apps and an event', { client: 'maker', event: 'client.deleted' }],
    ['a person whose id is a number or text', { owner: '42' }],
    ['whoever did it', { actor: '42' }],
    ['one app', { client: hex(1) }],
    ['the part of a person', { of: 'a' }],
    ['anything', {}],
  ])('reads no more than it looks at, and sorts nothing: %s', async (_what, filter) => {
    const steps = await stepsOf(db, (watched) =>
      searchAudit(watched, { ...NO_AUDIT_FILTER, ...filter }, { at: NOW + 100, entryId: 'f' }),
    )
    const read = steps.filter((step) => step.includes('tapedeck_oauth_audit'))
    expect(read.length).toBeGreaterThan(0)
    for (const step of read) expect(step).toMatch(/^SEARCH .*at<\?\)/u)
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })
})
