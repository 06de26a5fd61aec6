import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { checkDeviceAsk, type DeviceAskInput } from './device-request.ts'

const check = (form: Readonly<Record<string, string>>, changes: Partial<DeviceAskInput> = {}) =>
  checkDeviceAsk({
    form: new URLSearchParams(form),
    findAction: (name) => CORE_ACTIONS.find((action) => action.name === name) ?? null,
    issuer: 'https://data.example/pfx',
    tokensAllowed: true,
    ...changes,
  })

describe('checkDeviceAsk', () => {
  it('takes no scope and an empty one for full access, as devices of datasette-oauth mean it', () => {
    const full = { ok: true, value: { scope: { access: 'full' }, resource: null, asksRefresh: false } }
    expect(check({})).toEqual(full)
    expect(check({ scope: '' })).toEqual(full)
  })

  it('reads both forms of a scope', () => {
    const listed = [{ scope: ['view-table', 'shop', 'orders'], hasEffect: true }]
    const scope = { access: 'listed', scopes: listed }
    const asked = { ok: true, value: { scope, resource: null, asksRefresh: false } }
    expect(check({ scope: '[["view-table","shop","orders"]]' })).toEqual(asked)
    expect(check({ scope: 'view-table:shop/orders' })).toEqual(asked)
  })

  it.each([
    '[]',
    '[[]]',
    '["view-instance"]',
    '[[1]]',
    '{"a":1}',
    '[["a","b","c","d"]]',
    '[["fly"]]',
    'null',
  ])('T15: refuses the scope %s, and never takes it for full access', (scope) => {
    const asked = check({ scope })
    expect(asked.ok ? null : asked.error.reason).toMatch(/^scope-/u)
  })

  it('asks nobody for a token that could not be used', () => {
    expect(check({}, { tokensAllowed: false })).toEqual({
      ok: false,
      error: { reason: 'tokens-switched-off' },
    })
  })

  it('T69: takes this server as resource, and no other', () => {
    expect(check({ resource: 'https://data.example/pfx/shop' })).toMatchObject({
      value: { resource: 'https://data.example/pfx/shop' },
    })
    for (const resource of ['https://evil.example/', '/pfx', 'https://data.example/pfx#a']) {
      expect(check({ resource })).toEqual({ ok: false, error: { reason: 'resource-unknown' } })
    }
  })
})
