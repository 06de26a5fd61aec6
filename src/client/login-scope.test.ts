import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { parseScopeRequest } from '../plugins/oauth/protocol/scope-request.ts'
import { loginScope, type ScopeFlags } from './login-scope.ts'

const scopeOf = (flags: Partial<ScopeFlags>) =>
  loginScope({ read: [], write: [], scope: null, fullAccess: false, ...flags })
const scopesOf = (flags: Partial<ScopeFlags>): unknown => {
  const asked = scopeOf(flags)
  return asked.ok ? JSON.parse(asked.value.scope ?? 'null') : asked.error
}

describe('loginScope', () => {
  it('asks to read everything when told nothing, and says that it is the default', () => {
    expect(scopeOf({})).toMatchObject({ value: { isDefault: true } })
    expect(scopesOf({})).toEqual([
      ['view-instance'],
      ['view-database'],
      ['view-table'],
      ['view-query'],
      ['execute-sql'],
    ])
  })

  it('asks for a database or a table, and for nothing twice', () => {
    expect(scopesOf({ read: ['shop/orders', 'shop/orders'] })).toEqual([['view-table', 'shop', 'orders']])
    expect(scopesOf({ read: ['shop'] })).toEqual([
      ['view-database', 'shop'],
      ['view-table', 'shop'],
      ['view-query', 'shop'],
      ['execute-sql', 'shop'],
    ])
    expect(scopesOf({ write: ['shop/orders'] })).toEqual(
      ['insert-row', 'update-row', 'delete-row', 'alter-table', 'drop-table'].map((action) => [
        action,
        'shop',
        'orders',
      ]),
    )
    expect(scopesOf({ write: ['shop'] })).toContainEqual(['create-table', 'shop'])
  })

  it('reads names with slashes and spaces', () => {
    expect(scopesOf({ read: ['my db/a%2Fb', 'a%2Fb', 'a%2Fb/c%25d'] })).toContainEqual([
      'view-table',
      'my db',
      'a/b',
    ])
    expect(scopesOf({ read: ['a%2Fb/c%25d'] })).toEqual([['view-table', 'a/b', 'c%d']])
  })

  it.each(['', '/', 'shop/', '/orders', '%zz', 'a/b/c'])('refuses the place %j', (place) =>
    expect(scopesOf({ read: [place] })).toContain('is no place'),
  )

  it('sends what was written by hand as it is, and nothing at all for full access', () => {
    expect(scopeOf({ scope: 'view-table:shop/orders' })).toMatchObject({
      value: { scope: 'view-table:shop/orders' },
    })
    expect(scopeOf({ fullAccess: true })).toMatchObject({ value: { scope: null, isDefault: false } })
  })

  it.each([
    { fullAccess: true, read: ['shop'] },
    { fullAccess: true, scope: 'read' },
    { scope: 'read', write: ['shop'] },
  ])('does not guess what %j means', (flags) => expect(scopeOf(flags).ok).toBe(false))

  it('asks for nothing that the server does not understand, or that has no effect', () => {
    const findAction = (name: string) => CORE_ACTIONS.find((action) => action.name === name) ?? null
    for (const flags of [{}, { read: ['a', 'a/b'] }, { write: ['a', 'a/b'] }]) {
      const asked = scopeOf(flags)
      const parsed = parseScopeRequest((asked.ok && asked.value.scope) || '', findAction)
      expect(
        parsed.ok && parsed.value.access === 'listed' && parsed.value.scopes.every((one) => one.hasEffect),
      ).toBe(true)
    }
  })
})
