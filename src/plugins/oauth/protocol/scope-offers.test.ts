import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { createPermissions } from '../../../permissions/create-permissions.ts'
import { offeredIndexes, scopeOffers } from './scope-offers.ts'
import { parseScopeRequest } from './scope-request.ts'

const permissions = createPermissions({
  actions: CORE_ACTIONS,
  config: {
    databases: { team: { tables: { posts: { permissions: { 'insert-row': { id: 'carol' } } } } } },
  },
  pluginRules: [],
  defaultDeny: false,
  rootEnabled: false,
  defaultAllowSql: true,
})

function statuses(scope: string, id = 'carol'): readonly string[] {
  const request = parseScopeRequest(scope, (name) => permissions.findAction(name))
  if (!request.ok) throw new Error(request.error.reason)
  return scopeOffers(request.value, { id }, permissions).map((offer) => offer.status)
}

describe('scopeOffers', () => {
  it('offers what the person holds, and shows the rest', () => {
    expect(
      statuses(
        '[["view-table","team","posts"],["insert-row","team","posts"],["insert-row","team","notes"],["view-instance","x"]]',
      ),
    ).toEqual(['offered', 'offered', 'not-held', 'no-effect'])
  })

  it('offers a wide scope when the person holds a part of it', () => {
    expect(statuses('insert-row insert-row:team insert-row:archive')).toEqual([
      'offered',
      'offered',
      'not-held',
    ])
    expect(statuses('insert-row insert-row:team', 'dave')).toEqual(['not-held', 'not-held'])
  })

  it('decides at the level of the action', () => {
    expect(statuses('view-database:team create-table:team permissions-debug')).toEqual([
      'offered',
      'not-held',
      'not-held',
    ])
  })

  it('numbers scopes as the request did', () => {
    const request = parseScopeRequest('[["drop-table"],["view-instance"]]', (name) =>
      permissions.findAction(name),
    )
    const offers = request.ok ? scopeOffers(request.value, { id: 'carol' }, permissions) : []
    expect(offers.map((offer) => offer.index)).toEqual([0, 1])
    expect(offeredIndexes(offers)).toEqual([1])
  })

  it('has nothing to choose from in full access', () => {
    expect(scopeOffers({ access: 'full' }, { id: 'carol' }, permissions)).toEqual([])
  })
})
