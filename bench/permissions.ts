import type { Actor } from '../src/auth/actor.ts'
import { tableResource } from '../src/permissions/action.ts'
import type { PermissionConfig } from '../src/permissions/config-rules.ts'
import { CORE_ACTIONS } from '../src/permissions/core-actions.ts'
import { createPermissions } from '../src/permissions/create-permissions.ts'

const DATABASES = 50
const SIZES = [10, 1000, 10_000] as const

/** Time for one measurement, in milliseconds, after a warm-up of the same kind. */
const MEASURE_MS = 400

/** Runs again and again, and gives the nanoseconds of one run. */
function nanoseconds(run: () => void): number {
  const rounds = (ms: number) => {
    const start = performance.now()
    let count = 0
    while (performance.now() < start + ms) {
      for (let i = 0; i < 50; i++) run()
      count += 50
    }
    return ((performance.now() - start) * 1e6) / count
  }
  rounds(MEASURE_MS / 2)
  return rounds(MEASURE_MS)
}

/** A tenth of the tables have a rule of their own, and every database has two. */
function world(tables: number) {
  const perDatabase = Math.max(1, Math.round(tables / DATABASES))
  const names = Array.from({ length: perDatabase }, (_, n) => `table_${n}`)
  const databases = Array.from({ length: Math.ceil(tables / perDatabase) }, (_, n) => `database_${n}`)
  const config: PermissionConfig = {
    permissions: { 'insert-row': { roles: ['writer'] } },
    databases: Object.fromEntries(
      databases.map((database) => [
        database,
        {
          allow: { id: '*' },
          allow_sql: { id: 'ann' },
          tables: Object.fromEntries(
            names.filter((_, n) => n % 10 === 0).map((name) => [name, { allow: { id: ['ann', 'bob'] } }]),
          ),
        },
      ]),
    ),
  }
  const permissions = createPermissions({
    actions: CORE_ACTIONS,
    config,
    pluginRules: [],
    defaultDeny: false,
    rootEnabled: true,
    defaultAllowSql: true,
  })
  return { permissions, names, databases }
}

const PERSON: Actor = { id: 'ann', roles: ['reader', 'writer'] }
const TOKEN: Actor = {
  id: 'ann',
  token: 'dstok',
  _r: {
    a: ['vi'],
    r: { database_0: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`table_${n}`, ['vt']])) },
  },
}

/** Prints nanoseconds for a check and milliseconds for a listing, at each number of tables. */
export function bench(): void {
  console.log(
    '| tables | a check, ns | with a token, ns | all tables one by one, ms | in one pass, ms | one pass with a token, ms |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const size of SIZES) {
    const { permissions, names, databases } = world(size)
    const table = tableResource(databases[0] ?? '', names[0] ?? '')
    const listing = (actor: Actor) => () => {
      for (const database of databases) {
        const may = permissions.allowsIn(actor, 'view-table', database)
        for (const name of names) may(name)
      }
    }
    const one = () => {
      for (const database of databases) {
        for (const name of names) permissions.allows(PERSON, 'view-table', tableResource(database, name))
      }
    }
    const ns = (run: () => void) => Math.round(nanoseconds(run))
    const ms = (run: () => void) => (nanoseconds(run) / 1e6).toFixed(2)
    const row = [
      size.toLocaleString('en'),
      ns(() => permissions.allows(PERSON, 'view-table', table)),
      ns(() => permissions.allows(TOKEN, 'view-table', table)),
      ms(one),
      ms(listing(PERSON)),
      ms(listing(TOKEN)),
    ]
    console.log(`| ${row.join(' | ')} |`)
  }
}
