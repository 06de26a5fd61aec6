import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { parseScopeRequest, type FindAction, type RequestedScope } from './scope-request.ts'
import type { Scope } from './scope.ts'

const findAction: FindAction = (name) =>
  CORE_ACTIONS.find((action) => action.name === name || action.abbr === name) ?? null

const parse = (text: string) => parseScopeRequest(text, findAction)

const effective = (...scopes: readonly Scope[]): readonly RequestedScope[] =>
  scopes.map((scope) => ({ scope, hasEffect: true }))

const listed = (...scopes: readonly RequestedScope[]) => ({ ok: true, value: { access: 'listed', scopes } })

const READ = listed(
  ...effective(['view-instance'], ['view-database'], ['view-table'], ['view-query'], ['execute-sql']),
)

describe('parseScopeRequest', () => {
  it('reads both forms of the same request alike', () => {
    const wanted = listed(...effective(['view-instance'], ['view-table', 'my db', 'a/b']))
    expect(parse('[["view-instance"],["view-table","my db","a/b"]]')).toEqual(wanted)
    expect(parse('view-instance view-table:my%20db/a%2Fb')).toEqual(wanted)
  })

  it.each(['', '  ', 'openid profile', 'offline_access'])(
    'T17: takes %j, which names nothing, as read',
    (text) => {
      expect(parse(text)).toEqual(READ)
    },
  )

  it('calls an explicit empty list a fault', () => {
    expect(parse('[]')).toEqual({ ok: false, error: { reason: 'scope-empty' } })
  })

  it('drops what is asked twice, also by abbreviation', () => {
    expect(parse('[["view-table","a"],["vt","a"],["view-table","a"]]')).toEqual(
      listed(...effective(['view-table', 'a'])),
    )
  })

  it('shows an action at a level that it does not have, without effect', () => {
    expect(parse('[["view-instance","db"],["execute-sql","db","t"],["view-database","db"]]')).toEqual(
      listed(
        { scope: ['view-instance', 'db'], hasEffect: false },
        { scope: ['execute-sql', 'db', 't'], hasEffect: false },
        { scope: ['view-database', 'db'], hasEffect: true },
      ),
    )
  })

  it('refuses a request of which nothing has an effect', () => {
    expect(parse('[["view-instance","db"]]')).toEqual({
      ok: false,
      error: { reason: 'scope-without-effect' },
    })
  })

  it.each(['full-access', '[["full-access"]]', 'view-instance full-access offline_access'])(
    'reads %s as full access',
    (text) => expect(parse(text)).toEqual({ ok: true, value: { access: 'full' } }),
  )

  it.each([
    ['a name that only starts like it', 'full-access-please', 'full-access-please'],
    ['full access to one database', 'full-access:db', 'full-access'],
    ['another case', 'Full-Access', 'Full-Access'],
    ['an unknown action', '[["fly"]]', 'fly'],
    ['a property that every object has', '[["constructor"]]', 'constructor'],
    ['an unknown action beside full access', 'full-access fly', 'fly'],
    ['a short name in the JSON form', '[["read"]]', 'read'],
  ])('refuses %s', (_fault, text, action) => {
    expect(parse(text)).toEqual({ ok: false, error: { reason: 'scope-unknown-action', action } })
  })

  it('takes 100 scopes and refuses 101, also when they are all the same', () => {
    const many = (count: number) => JSON.stringify(Array.from({ length: count }, () => ['view-instance']))
    expect(parse(many(100)).ok).toBe(true)
    expect(parse(many(101))).toEqual({ ok: false, error: { reason: 'scope-too-many' } })
  })

  it('counts what short names stand for', () => {
    const text = Array.from({ length: 26 }, (_, index) => `read:db${index}`).join(' ')
    expect(parse(text)).toEqual({ ok: false, error: { reason: 'scope-too-many' } })
  })

  it('takes 8192 bytes and refuses one more', () => {
    const ofBytes = (count: number) => `view-database:${'x'.repeat(count - 'view-database:'.length)}`
    expect(parse(ofBytes(8192)).ok).toBe(true)
    expect(parse(ofBytes(8193))).toEqual({ ok: false, error: { reason: 'scope-too-long' } })
  })

  it('counts bytes, not characters', () => {
    expect(parse(`[["view-database","${'é'.repeat(4100)}"]]`)).toEqual({
      ok: false,
      error: { reason: 'scope-too-long' },
    })
  })
})
