import { describe, expect, it } from 'vitest'
import type { Actor } from '../auth/actor.ts'
import type { Resource } from './action.ts'
import { compileConfigRules, type PermissionConfig } from './config-rules.ts'

const where = (scope: Resource): string => {
  if (scope.level === 'global') return '/'
  return scope.level === 'database' ? `/${scope.database}` : `/${scope.database}/${scope.resource}`
}
const table = (config: PermissionConfig) =>
  compileConfigRules(config).rules.map((rule) => `${rule.action} at ${where(rule.scope)} by ${rule.source}`)

describe('compileConfigRules', () => {
  it('knows which actions each block speaks of, and where', () => {
    const everywhere = { allow: true, permissions: { 'insert-row': true } }
    const config: PermissionConfig = {
      ...everywhere,
      allow_sql: true,
      databases: {
        team: { ...everywhere, allow_sql: true, tables: { notes: everywhere }, queries: { two: everywhere } },
      },
    }
    expect(table(config).sort()).toEqual(
      [
        'view-instance at / by config allow',
        'view-database at / by config allow',
        'view-table at / by config allow',
        'view-query at / by config allow',
        'execute-sql at / by config allow_sql',
        'insert-row at / by config permissions.insert-row',
        'view-database at /team by config databases.team.allow',
        'view-table at /team by config databases.team.allow',
        'view-query at /team by config databases.team.allow',
        'execute-sql at /team by config databases.team.allow_sql',
        'insert-row at /team by config databases.team.permissions.insert-row',
        'view-table at /team/notes by config databases.team.tables.notes.allow',
        'insert-row at /team/notes by config databases.team.tables.notes.permissions.insert-row',
        'view-query at /team/two by config databases.team.queries.two.allow',
        'insert-row at /team/two by config databases.team.queries.two.permissions.insert-row',
      ].sort(),
    )
  })

  it('makes no rule of what is absent, null, or only the SQL of a query', () => {
    expect(table({})).toEqual([])
    expect(
      table({
        allow: null,
        allow_sql: null,
        permissions: { 'insert-row': null },
        databases: { a: null, b: { tables: null, queries: { q: 'select 1' } }, c: { tables: { t: null } } },
      }),
    ).toEqual([])
  })

  it.each<[string, Actor | null, string]>([
    ['allows whom the block matches', { id: 'a' }, 'allow'],
    ['denies everybody else', { id: 'b' }, 'deny'],
    ['denies anonymous', null, 'deny'],
  ])('%s', (_what, actor, verdict) => {
    const [rule] = compileConfigRules({ permissions: { 'insert-row': { id: 'a' } } }).rules
    expect(rule?.judge(actor)).toBe(verdict)
  })

  it('quotes names that would be read as a path', () => {
    expect(table({ databases: { 'my.db': { tables: { 'a "b"': { allow: true } } } } })).toEqual([
      'view-table at /my.db/a "b" by config databases["my.db"].tables["a \\"b\\""].allow',
    ])
  })

  it('takes names that objects have by themselves for names like any other', () => {
    const config: PermissionConfig = JSON.parse(
      '{"permissions": {"constructor": true}, "databases": {"__proto__": {"tables": {"__proto__": {"allow": true}}}}}',
    )
    expect(table(config)).toEqual([
      'constructor at / by config permissions.constructor',
      'view-table at /__proto__/__proto__ by config databases.__proto__.tables.__proto__.allow',
    ])
    expect(table(JSON.parse('{"__proto__": {"allow": true}}'))).toEqual([])
  })

  it('counts as gates the allow and allow_sql blocks of the instance and of databases, and no others', () => {
    const blocks = { allow: true, permissions: { 'view-table': true } }
    const { gates } = compileConfigRules({
      ...blocks,
      allow_sql: true,
      databases: {
        team: { ...blocks, allow_sql: true, tables: { notes: blocks }, queries: { two: blocks } },
      },
    })
    expect(new Set(gates.map((rule) => rule.source))).toEqual(
      new Set([
        'config allow',
        'config allow_sql',
        'config databases.team.allow',
        'config databases.team.allow_sql',
      ]),
    )
  })
})
