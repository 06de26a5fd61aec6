import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { rootConfigSchema } from '../config/schema.ts'
import { openDatabases, type Databases } from '../database/open-databases.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { checkConfig, type ConfigWorld } from './check-config.ts'

let directory: string
let databases: Databases
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-check-'))
  const file = join(directory, 'shop.db')
  const database = new DatabaseSync(file)
  database.exec(
    `create table orders (id); create view totals as select 1; create table notes (body);
     create virtual table notes_fts using fts5(body, content="notes")`,
  )
  database.close()
  copyFileSync(file, join(directory, 'fixed.db'))
  const opened = openDatabases({
    files: [file],
    immutables: [join(directory, 'fixed.db')],
    memory: false,
    create: false,
    readers: 1,
    cacheSizeKb: 0,
    log: pino({ level: 'silent' }),
  })
  if (!opened.ok) throw new Error('cannot open')
  databases = opened.value
})
afterAll(async () => {
  await databases.close()
  rmSync(directory, { recursive: true })
})

const check = (written: object, world: Partial<ConfigWorld> = {}) => {
  const { settings: _settings, plugins: _plugins, ...config } = rootConfigSchema.parse(written)
  return checkConfig(
    { ...config, metadata: {}, asWritten: {} },
    { actions: CORE_ACTIONS, databases, defaultAllowSql: true, allowDownload: true, ...world },
  )
}

describe('checkConfig', () => {
  it('has nothing to say about a configuration that means what it says', () => {
    const written = {
      allow: { id: 'ann', roles: ['x'] },
      permissions: { 'insert-row': { id: 'ann' }, 'view-instance': true },
      databases: {
        shop: {
          permissions: { 'insert-row': true, 'create-table': true },
          tables: { orders: { permissions: { 'insert-row': true } }, totals: { allow: true } },
          queries: { one: { sql: 'select 1', permissions: { 'view-query': true } }, two: 'select 2' },
        },
      },
    }
    expect(check(written)).toEqual({ faults: [], warnings: [] })
  })

  it.each([
    [
      { databases: { shop: { permissions: { 'view-instance': false } } } },
      'databases.shop.permissions.view-instance can decide nothing: view-instance is done to the whole site; put it under permissions at the root',
    ],
    [
      { databases: { shop: { tables: { orders: { permissions: { 'execute-sql': false } } } } } },
      'databases.shop.tables.orders.permissions.execute-sql can decide nothing: execute-sql is done to a database; put it under the database or the root',
    ],
    [
      { databases: { shop: { queries: { q: { sql: 'x', permissions: { 'debug-menu': true } } } } } },
      'databases.shop.queries.q.permissions.debug-menu can decide nothing: debug-menu is done to the whole site; put it under permissions at the root',
    ],
  ])('calls a rule at a level that its action does not have a fault: %j', (written, fault) => {
    expect(check(written)).toEqual({ faults: [fault], warnings: [] })
  })

  it.each([
    [
      { permissions: { 'insert-rows': true } },
      'permissions.insert-rows decides nothing: there is no action of that name',
    ],
    [
      { permissions: { ir: true } },
      'permissions.ir decides nothing: there is no action of that name; write insert-row',
    ],
    [{ databases: { shpo: {} } }, 'databases.shpo is about a database that is not served here'],
    [
      { databases: { shop: { tables: { order: {} } } } },
      'databases.shop.tables.order is about a table that is not there',
    ],
    [
      { databases: { shop: { tables: { orders: { permissions: { 'view-query': true } } } } } },
      'databases.shop.tables.orders.permissions.view-query decides nothing: view-query is not done to tables',
    ],
    [
      { databases: { shop: { queries: { orders: 'select 1' } } } },
      'databases.shop.queries.orders is never served: a table of that name stands before it',
    ],
    [
      { databases: { shop: { tables: { orders: { allow: { id: 'ann' } } } } } },
      'databases.shop.tables.orders limits who reads this table, but SQL in shop has no rule, and whoever runs SQL there reads every table; add databases.shop.allow_sql',
    ],
    [
      { databases: { shop: { tables: { notes: { sort: 'nope', facets: ['body', { date: 'when' }] } } } } },
      'databases.shop.tables.notes names the columns nope, when, which are not there',
    ],
    [{ allow: { 'id:root': null } }, 'allow has the key "id:root" without a value, which matches nobody'],
    [
      { databases: { shop: { allow_sql: { id: null } } } },
      'databases.shop.allow_sql has the key "id" without a value, which matches nobody',
    ],
  ])('warns of what means nothing here: %j', (written, warning) => {
    expect(check(written)).toEqual({ faults: [], warnings: [warning] })
  })

  it('warns of a file that may be downloaded with a table that is not for everybody', () => {
    const closed = { allow_sql: false, tables: { orders: { allow: { id: 'ann' } } } }
    const warning =
      'databases.fixed.tables.orders limits who reads this table, but the file of fixed may be downloaded, and whoever has it reads every table; add databases.fixed.permissions.view-database-download'
    const onlyAnn = { permissions: { 'view-database-download': { id: 'ann' } } }
    expect(check({ databases: { fixed: closed } }).warnings).toEqual([warning])
    expect(check({ databases: { fixed: { ...closed, ...onlyAnn } } }).warnings).toEqual([])
    expect(check({ ...onlyAnn, databases: { fixed: closed } }).warnings).toEqual([])
    expect(check({ databases: { fixed: closed } }, { allowDownload: false }).warnings).toEqual([])
    expect(check({ databases: { shop: closed } }).warnings).toEqual([])
  })
})
