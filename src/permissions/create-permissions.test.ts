import { describe, expect, it } from 'vitest'
import type { Actor } from '../auth/actor.ts'
import { databaseResource, INSTANCE, tableResource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import { createPermissions, type PermissionOptions } from './create-permissions.ts'
import type { PermissionConfig } from './config-rules.ts'

const permissionsWith = (config: PermissionConfig = {}, more: Partial<PermissionOptions> = {}) =>
  createPermissions({
    actions: CORE_ACTIONS,
    config,
    pluginRules: [],
    defaultDeny: false,
    rootEnabled: false,
    defaultAllowSql: true,
    ...more,
  })

const A = { id: 'a' }
const B = { id: 'b' }
const ROOT = { id: 'root' }
const X = databaseResource('X')
const T = tableResource('X', 'T')
const OTHER_TABLE = tableResource('X', 'U')

describe('Permissions.findAction', () => {
  it('finds by name and by abbreviation', () => {
    const permissions = permissionsWith()
    expect(permissions.findAction('view-table')?.abbr).toBe('vt')
    expect(permissions.findAction('vt')?.name).toBe('view-table')
    expect(permissions.findAction('nope')).toBeNull()
    expect(permissions.findAction('constructor')).toBeNull()
  })
})

describe('Permissions.actions', () => {
  it('is in alphabetical order', () => {
    const names = permissionsWith().actions.map((action) => action.name)
    expect(names).toEqual([...names].sort())
    expect(names).toHaveLength(22)
  })
})

describe('Permissions.allows', () => {
  it('lets anybody read and nobody write when nothing is configured', () => {
    const permissions = permissionsWith()
    expect(permissions.allows(null, 'view-table', T)).toBe(true)
    expect(permissions.allows(null, 'execute-sql', X)).toBe(true)
    expect(permissions.allows(A, 'insert-row', T)).toBe(false)
  })

  it('is false for an action that it does not know, for root too', () => {
    const permissions = permissionsWith({ permissions: { nope: true } }, { rootEnabled: true })
    expect(permissions.allows(ROOT, 'nope', INSTANCE)).toBe(false)
    expect(permissions.allows(ROOT, 'vi', INSTANCE)).toBe(false)
  })

  it('lets a plugin deny what the configuration and --root allow, and allow what nobody else does', () => {
    const rule = { scope: INSTANCE, source: 'a plugin', reason: 'because' } as const
    const permissions = permissionsWith(
      { permissions: { 'debug-menu': { id: ['root', 'a'] } } },
      {
        rootEnabled: true,
        pluginRules: [
          { ...rule, action: 'debug-menu', judge: (actor) => (actor?.['id'] === 'root' ? 'deny' : null) },
          { ...rule, action: 'create-table', judge: () => 'allow' },
        ],
      },
    )
    expect(permissions.decide(ROOT, 'debug-menu', INSTANCE)).toMatchObject({
      allowed: false,
      rule: { source: 'a plugin' },
    })
    expect(permissions.allows(A, 'debug-menu', INSTANCE)).toBe(true)
    expect(permissions.allows(B, 'create-table', X)).toBe(true)
  })

  it('refuses a rule of a plugin about an action that nobody knows', () => {
    const judge = () => 'deny' as const
    const rule = { action: 'debug-manu', scope: INSTANCE, judge, source: 'p', reason: 'r' }
    expect(() => permissionsWith({}, { pluginRules: [rule] })).toThrow(
      'p has a rule about the unknown action debug-manu',
    )
  })

  it('gives root nothing without --root', () => {
    expect(permissionsWith().allows(ROOT, 'insert-row', T)).toBe(false)
    expect(permissionsWith({}, { rootEnabled: true }).allows(ROOT, 'insert-row', T)).toBe(true)
    expect(permissionsWith({}, { rootEnabled: true }).allows(A, 'insert-row', T)).toBe(false)
  })

  it('takes a narrower resource for the database or instance it lies in', () => {
    const permissions = permissionsWith({
      databases: { X: { permissions: { 'create-table': { id: 'a' } } } },
    })
    expect(permissions.allows(A, 'create-table', T)).toBe(true)
    expect(permissions.allows(A, 'view-instance', T)).toBe(true)
  })

  it('never allows an action on something wider than it is done to', () => {
    const permissions = permissionsWith({}, { rootEnabled: true })
    expect(permissions.allows(ROOT, 'view-table', X)).toBe(false)
    expect(permissions.allows(ROOT, 'view-table', INSTANCE)).toBe(false)
    expect(permissions.allows(ROOT, 'execute-sql', INSTANCE)).toBe(false)
  })

  it('requires the other action on the same database as well, step by step', () => {
    const permissions = permissionsWith({
      permissions: { 'store-query': { id: 'a' } },
      databases: { X: { allow: { id: 'b' } } },
    })
    expect(permissions.allows(A, 'store-query', databaseResource('Y'))).toBe(true)
    expect(permissions.allows(A, 'store-query', X)).toBe(false)
    expect(permissions.allows(A, 'execute-sql', X)).toBe(false)
    expect(permissions.allows(A, 'view-database-download', X)).toBe(false)
    expect(permissions.allows(B, 'execute-sql', X)).toBe(true)
  })

  it('pays no heed to rules below the level of the action', () => {
    const permissions = permissionsWith({
      databases: {
        X: {
          permissions: { 'view-instance': false },
          tables: { T: { permissions: { 'execute-sql': false } } },
        },
      },
    })
    expect(permissions.allows(null, 'view-instance', T)).toBe(true)
    expect(permissions.allows(null, 'execute-sql', T)).toBe(true)
  })

  it('does not take an abbreviation in the configuration for the action', () => {
    expect(permissionsWith({ permissions: { ir: { id: 'a' } } }).allows(A, 'insert-row', T)).toBe(false)
  })

  it('keeps names apart that look alike when joined', () => {
    const permissions = permissionsWith({
      databases: { 'a/b': { tables: { c: { allow: false } } }, a: { tables: { b: { allow: false } } } },
    })
    expect(permissions.allows(null, 'view-table', tableResource('a', 'b/c'))).toBe(true)
    expect(permissions.allows(null, 'view-table', tableResource('a/b', 'c'))).toBe(false)
    expect(permissions.allows(null, 'view-table', tableResource('ab', ''))).toBe(true)
    expect(permissions.allows(null, 'view-table', tableResource('__proto__', 'constructor'))).toBe(true)
  })
})

describe('things named like parts of every object', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  /** `{[name]: value}` as JSON and YAML say it: a key of its own, also for `__proto__`. */
  const keyed = <T>(name: string, value: T): Readonly<Record<string, T>> =>
    Object.fromEntries([[name, value]])

  it.each(names)('knows no action called %s, and no block makes one', (name) => {
    const permissions = permissionsWith({ permissions: keyed(name, true) }, { rootEnabled: true })
    expect(permissions.findAction(name)).toBeNull()
    expect(permissions.allows(ROOT, name, T)).toBe(false)
    expect(permissions.matches(ROOT, name, T)).toEqual([])
    expect(permissions.allows(A, 'insert-row', T)).toBe(false)
  })

  it.each(names)('takes a plugin action called %s for one like any other', (name) => {
    const action = {
      name,
      abbr: null,
      description: '',
      level: 'resource',
      resourceKind: 'table',
      alsoRequires: null,
      allowedByDefault: false,
    } as const
    const permissions = permissionsWith(
      { permissions: keyed(name, { id: 'a' }) },
      { actions: [...CORE_ACTIONS, action] },
    )
    expect(permissions.allows(A, name, T)).toBe(true)
    expect(permissions.allows(B, name, T)).toBe(false)
    expect(permissions.allows({ id: 'a', _r: { a: [name] } }, name, T)).toBe(true)
    expect(permissions.allows({ id: 'a', _r: {} }, name, T)).toBe(false)
  })

  it.each(names)('closes a database, and a table, called %s', (name) => {
    const table = tableResource(name, name)
    const closedDatabase = permissionsWith({ databases: keyed(name, { allow: false }) })
    expect(closedDatabase.allows(null, 'view-database', databaseResource(name))).toBe(false)
    expect(closedDatabase.allows(null, 'view-table', table)).toBe(false)
    expect(closedDatabase.allows(null, 'view-table', T)).toBe(true)

    const closedTable = permissionsWith({
      databases: keyed(name, { tables: keyed(name, { allow: false, permissions: { 'insert-row': true } }) }),
    })
    expect(closedTable.allows(null, 'view-table', table)).toBe(false)
    expect(closedTable.allows(null, 'insert-row', table)).toBe(true)
    expect(closedTable.allows(null, 'view-table', tableResource(name, 'T'))).toBe(true)
    expect(closedTable.allows(null, 'insert-row', T)).toBe(false)
  })

  it.each(names)('restricts a token to a database, or a table, called %s', (name) => {
    const permissions = permissionsWith()
    const byDatabase: Actor = { id: 'a', _r: { d: keyed(name, ['vt']) } }
    const byTable: Actor = { id: 'a', _r: { r: keyed(name, keyed(name, ['vt'])) } }
    for (const token of [byDatabase, byTable]) {
      expect(permissions.allows(token, 'view-table', tableResource(name, name))).toBe(true)
      expect(permissions.allows(token, 'view-table', T)).toBe(false)
      expect(permissions.allows(token, 'view-instance', INSTANCE)).toBe(false)
    }
    expect(permissions.allows(byTable, 'view-table', tableResource(name, 'T'))).toBe(false)
  })

  it('takes no restrictions from a key that would set their prototype', () => {
    const restrictions = JSON.parse('{"__proto__": {"a": ["vt"], "d": {"X": ["vt"]}}}')
    expect(permissionsWith().allows({ id: 'a', _r: restrictions }, 'view-table', T)).toBe(false)
    const actor = JSON.parse('{"__proto__": {"id": "root"}}')
    expect(permissionsWith({}, { rootEnabled: true }).allows(actor, 'insert-row', T)).toBe(false)
  })
})

/** The rows of host.md §5.5, in order. */
describe('consequences that are easy to get wrong', () => {
  it('1: a block at the root that does not match denies root', () => {
    const permissions = permissionsWith({ permissions: { 'insert-row': { id: 'a' } } }, { rootEnabled: true })
    expect(permissions.allows(ROOT, 'insert-row', T)).toBe(false)
    expect(permissions.allows(A, 'insert-row', T)).toBe(true)
    expect(permissions.allows(ROOT, 'update-row', T)).toBe(true)
  })

  it.each<[string, PermissionConfig, string]>([
    ['allow: false', { databases: { X: { allow: false } } }, 'view-table'],
    [
      'a permission for another',
      { databases: { X: { permissions: { 'insert-row': { id: 'a' } } } } },
      'insert-row',
    ],
  ])('2: root is denied in a database by %s', (_what, config, action) => {
    const permissions = permissionsWith(config, { rootEnabled: true })
    expect(permissions.allows(ROOT, action, T)).toBe(false)
    expect(permissions.allows(ROOT, action, tableResource('Y', 'T'))).toBe(true)
  })

  it('3: a database opens to b although the instance is closed to b, and closes to a', () => {
    const permissions = permissionsWith({ allow: { id: 'a' }, databases: { X: { allow: { id: 'b' } } } })
    expect(permissions.allows(B, 'view-instance', INSTANCE)).toBe(false)
    expect(permissions.allows(B, 'view-database', X)).toBe(true)
    expect(permissions.allows(A, 'view-instance', INSTANCE)).toBe(true)
    expect(permissions.allows(A, 'view-database', X)).toBe(false)
    expect(permissions.allows(A, 'view-table', T)).toBe(false)
  })

  it('4: a table opens to b without its database, and closes to a', () => {
    const permissions = permissionsWith({
      databases: { X: { allow: { id: 'a' }, tables: { T: { allow: { id: 'b' } } } } },
    })
    expect(permissions.allows(B, 'view-table', T)).toBe(true)
    expect(permissions.allows(B, 'view-database', X)).toBe(false)
    expect(permissions.allows(A, 'view-database', X)).toBe(true)
    expect(permissions.allows(A, 'view-table', T)).toBe(false)
    expect(permissions.allows(A, 'view-table', OTHER_TABLE)).toBe(true)
  })

  it('5: a table in a closed database is readable by whom its own block names', () => {
    const permissions = permissionsWith({
      databases: { X: { allow: false, tables: { T: { allow: { id: 'b' } } } } },
    })
    expect(permissions.allows(B, 'view-table', T)).toBe(true)
    expect(permissions.allows(B, 'view-table', OTHER_TABLE)).toBe(false)
  })

  it.each<[string, PermissionConfig]>([
    ['allow_sql', { allow_sql: true }],
    ['permissions', { permissions: { 'execute-sql': true } }],
  ])('6: default_allow_sql off is not undone by %s at the root', (_what, config) => {
    const permissions = permissionsWith(config, { defaultAllowSql: false, rootEnabled: true })
    expect(permissions.allows(A, 'execute-sql', X)).toBe(false)
    expect(permissions.allows(ROOT, 'execute-sql', X)).toBe(false)
  })

  it.each<[string, PermissionConfig]>([
    ['allow_sql', { databases: { X: { allow_sql: { id: 'a' } } } }],
    ['permissions', { databases: { X: { permissions: { 'execute-sql': { id: 'a' } } } } }],
  ])('6: default_allow_sql off is undone by %s of a database', (_what, config) => {
    const permissions = permissionsWith(config, { defaultAllowSql: false })
    expect(permissions.allows(A, 'execute-sql', X)).toBe(true)
    expect(permissions.allows(B, 'execute-sql', X)).toBe(false)
    expect(permissions.allows(A, 'execute-sql', databaseResource('Y'))).toBe(false)
  })

  it('7: under --default-deny, allow at the root opens viewing and nothing more', () => {
    const permissions = permissionsWith({ allow: { id: 'a' } }, { defaultDeny: true })
    expect(permissions.allows(A, 'view-instance', INSTANCE)).toBe(true)
    expect(permissions.allows(A, 'view-database', X)).toBe(true)
    expect(permissions.allows(A, 'view-table', T)).toBe(true)
    expect(permissions.allows(A, 'view-query', T)).toBe(true)
    expect(permissions.allows(A, 'execute-sql', X)).toBe(false)
    expect(permissions.allows(A, 'view-database-download', X)).toBe(false)
    expect(permissions.allows(B, 'view-instance', INSTANCE)).toBe(false)
  })

  it('8: under --default-deny, allow of a database opens it and not the home page', () => {
    const permissions = permissionsWith({ databases: { X: { allow: { id: 'a' } } } }, { defaultDeny: true })
    expect(permissions.allows(A, 'view-database', X)).toBe(true)
    expect(permissions.allows(A, 'view-table', T)).toBe(true)
    expect(permissions.allows(A, 'view-instance', INSTANCE)).toBe(false)
  })

  it('9: a table gives what the root denies, there alone', () => {
    const permissions = permissionsWith({
      permissions: { 'insert-row': false },
      databases: { X: { tables: { T: { permissions: { 'insert-row': { id: 'a' } } } } } },
    })
    expect(permissions.allows(A, 'insert-row', T)).toBe(true)
    expect(permissions.allows(A, 'insert-row', OTHER_TABLE)).toBe(false)
  })

  it('10: a table takes what its database gives', () => {
    const permissions = permissionsWith({
      databases: {
        X: {
          permissions: { 'insert-row': { id: 'a' } },
          tables: { T: { permissions: { 'insert-row': false } } },
        },
      },
    })
    expect(permissions.allows(A, 'insert-row', T)).toBe(false)
    expect(permissions.allows(A, 'insert-row', OTHER_TABLE)).toBe(true)
  })
})

describe('the restriction gate', () => {
  const tableOpen = { T: { allow: { id: 'a' } } }
  const byTable: Actor = { id: 'a', _r: { r: { X: { T: ['vt'] } } } }
  const byDatabase: Actor = { id: 'a', _r: { d: { X: ['vt', 'vd', 'es'] } } }
  const everywhere: Actor = { id: 'a', _r: { a: ['vt', 'vd', 'es'] } }

  describe.each<[string, PermissionConfig]>([
    ['the root', { allow: { id: 'z' }, databases: { X: { tables: tableOpen } } }],
    ['the database', { databases: { X: { allow: { id: 'z' }, tables: tableOpen } } }],
  ])('with an allow block at %s that denies', (_where, config) => {
    it('keeps a token for one table out, although the table is open to its owner', () => {
      expect(permissionsWith(config).allows(A, 'view-table', T)).toBe(true)
      expect(permissionsWith(config).allows(byTable, 'view-table', T)).toBe(false)
    })

    it('lets tokens of the other forms in by the table', () => {
      expect(permissionsWith(config).allows(byDatabase, 'view-table', T)).toBe(true)
      expect(permissionsWith(config).allows(everywhere, 'view-table', T)).toBe(true)
    })
  })

  it('keeps a token for one table out although another part of it names the database', () => {
    const both: Actor = { id: 'a', _r: { d: { X: ['vt'] }, r: { X: { T: ['view-table'] } } } }
    const config = { allow: { id: 'z' }, databases: { X: { tables: tableOpen } } }
    expect(permissionsWith(config).allows(both, 'view-table', T)).toBe(false)
  })

  it('does nothing for a token that names another table, another action, or when no block denies', () => {
    const config = { allow: { id: 'z' }, databases: { X: { tables: tableOpen } } }
    const elsewhere: Actor = { id: 'a', _r: { a: ['vt'], r: { X: { T: ['ir'], U: ['vt'] } } } }
    expect(permissionsWith(config).allows(elsewhere, 'view-table', T)).toBe(true)
    expect(
      permissionsWith({ databases: { X: { tables: tableOpen } } }).allows(byTable, 'view-table', T),
    ).toBe(true)
  })

  it('does nothing when the blocks allow the owner of the token', () => {
    const config = { allow: { id: 'a' }, databases: { X: { allow: { id: 'a' }, tables: tableOpen } } }
    expect(permissionsWith(config).allows(byTable, 'view-table', T)).toBe(true)
    expect(permissionsWith(config).allows(byDatabase, 'view-database', X)).toBe(true)
  })

  it('does not stand behind a permissions block', () => {
    const config = { permissions: { 'view-table': { id: 'z' } }, databases: { X: { tables: tableOpen } } }
    expect(permissionsWith(config).allows(byTable, 'view-table', T)).toBe(true)
  })

  it('stands at the database for a block of the root and a token that names the database', () => {
    const config = { allow: { id: 'z' }, databases: { X: { allow: { id: 'a' } } } }
    expect(permissionsWith(config).allows(A, 'view-database', X)).toBe(true)
    expect(permissionsWith(config).allows(byDatabase, 'view-database', X)).toBe(false)
    expect(permissionsWith(config).allows(everywhere, 'view-database', X)).toBe(true)
  })

  it('stands at the database for allow_sql of the root as well', () => {
    const config = { allow_sql: { id: 'z' }, databases: { X: { allow_sql: { id: 'a' } } } }
    expect(permissionsWith(config).allows(A, 'execute-sql', X)).toBe(true)
    expect(permissionsWith(config).allows(byDatabase, 'execute-sql', X)).toBe(false)
    expect(permissionsWith(config).allows(everywhere, 'execute-sql', X)).toBe(true)
  })
})

describe('Permissions.decide', () => {
  it('names the rule that allowed', () => {
    const { allowed, rule, restricted } = permissionsWith().decide(null, 'view-table', T)
    expect({ allowed, restricted, source: rule?.source }).toEqual({
      allowed: true,
      restricted: false,
      source: 'defaults',
    })
  })

  it('names the deny that beat the allows of its scope', () => {
    const permissions = permissionsWith({ permissions: { 'insert-row': { id: 'a' } } }, { rootEnabled: true })
    expect(permissions.decide(ROOT, 'insert-row', T)).toMatchObject({
      allowed: false,
      restricted: false,
      rule: { source: 'config permissions.insert-row' },
    })
  })

  it('names no rule when none spoke', () => {
    expect(permissionsWith().decide(A, 'insert-row', T)).toEqual({
      allowed: false,
      rule: null,
      restricted: false,
    })
  })

  it('tells a right that the token lacks from one that the person lacks', () => {
    const permissions = permissionsWith({}, { rootEnabled: true })
    const token: Actor = { id: 'root', token: 'dstok', _r: { a: ['vi'] } }
    expect(permissions.decide(token, 'insert-row', T)).toMatchObject({
      allowed: false,
      restricted: true,
      rule: { source: 'root' },
    })
    expect(permissions.decide({ ...token, id: 'a' }, 'insert-row', T)).toMatchObject({ restricted: false })
  })

  it('tells of the required action when that one is missing', () => {
    const token: Actor = { id: 'a', token: 'dstok', _r: { d: { X: ['es'] } } }
    expect(permissionsWith().decide(token, 'execute-sql', X)).toMatchObject({
      allowed: false,
      restricted: true,
      rule: { action: 'view-database' },
    })
  })
})

describe('Permissions.matches', () => {
  it('lists the rules that speak, narrowest scope first, silent ones left out', () => {
    const permissions = permissionsWith(
      { allow: { id: 'a' }, databases: { X: { tables: { T: { allow: { id: 'b' } } } } } },
      { rootEnabled: true },
    )
    expect(permissions.matches(A, 'view-table', T).map(({ rule, effect }) => [rule.source, effect])).toEqual([
      ['config databases.X.tables.T.allow', 'deny'],
      ['defaults', 'allow'],
      ['config allow', 'allow'],
    ])
    expect(permissions.matches(A, 'view-table', X)).toEqual([])
    expect(permissions.matches(A, 'nope', X)).toEqual([])
  })

  it('shows what the restriction gate adds', () => {
    const permissions = permissionsWith({
      allow: { id: 'z' },
      databases: { X: { tables: { T: { allow: true } } } },
    })
    const [first] = permissions.matches({ id: 'a', _r: { r: { X: { T: ['vt'] } } } }, 'view-table', T)
    expect(first).toMatchObject({ effect: 'deny', rule: { source: 'config allow', scope: T } })
  })

  it('does not repeat a deny of the database at the database', () => {
    const permissions = permissionsWith({ databases: { X: { allow: { id: 'z' } } } })
    const matches = permissions.matches({ id: 'a', _r: { d: { X: ['vd'] } } }, 'view-database', X)
    expect(matches.map(({ rule, effect }) => [rule.source, effect])).toEqual([
      ['config databases.X.allow', 'deny'],
      ['defaults', 'allow'],
    ])
  })
})

describe('Permissions.rules', () => {
  it('lists all rules about an action', () => {
    const permissions = permissionsWith({ databases: { X: { allow: true } } }, { rootEnabled: true })
    expect(permissions.rules('view-table').map((rule) => rule.source)).toEqual([
      'defaults',
      'root',
      'config databases.X.allow',
    ])
    expect(permissions.rules('nope')).toEqual([])
  })
})

describe('actions of plugins', () => {
  it('have rules and restrictions like any other', () => {
    const action = {
      name: 'oauth-manage-clients',
      abbr: null,
      description: 'Manage apps',
      level: 'global',
      resourceKind: null,
      alsoRequires: null,
      allowedByDefault: false,
    } as const
    const config = { permissions: { 'oauth-manage-clients': { id: 'a' } } }
    const permissions = permissionsWith(config, { actions: [...CORE_ACTIONS, action] })
    expect(permissions.allows(A, 'oauth-manage-clients', INSTANCE)).toBe(true)
    expect(permissions.allows(B, 'oauth-manage-clients', INSTANCE)).toBe(false)
    const token: Actor = { id: 'a', _r: { a: ['oauth-manage-clients'] } }
    expect(permissions.allows(token, 'oauth-manage-clients', INSTANCE)).toBe(true)
    expect(permissions.allows({ id: 'a', _r: { a: ['vi'] } }, 'oauth-manage-clients', INSTANCE)).toBe(false)
  })
})
