import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../permissions/core-actions.ts'
import { createPermissions } from '../../permissions/create-permissions.ts'
import { consentLines, offeredLines } from './consent-lines.ts'
import { parseScopeRequest } from './protocol/scope-request.ts'

const permissions = createPermissions({
  actions: CORE_ACTIONS,
  config: {
    databases: { team: { tables: { posts: { permissions: { 'insert-row': { id: 'carol' } } } } } },
  },
  defaultDeny: false,
  rootEnabled: false,
  defaultAllowSql: true,
})

function statuses(scope: string, id = 'carol'): readonly string[] {
  const request = parseScopeRequest(scope, (name) => permissions.findAction(name))
  if (!request.ok) throw new Error(request.error.reason)
  return consentLines(request.value, { id }, permissions).map((line) => line.status)
}

describe('consentLines', () => {
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

  it('numbers lines as the request did', () => {
    const request = parseScopeRequest('[["drop-table"],["view-instance"]]', (name) =>
      permissions.findAction(name),
    )
    const lines = request.ok ? consentLines(request.value, { id: 'carol' }, permissions) : []
    expect(lines.map((line) => line.index)).toEqual([0, 1])
    expect(offeredLines(lines)).toEqual([1])
  })

  it('has no lines for full access', () => {
    expect(consentLines({ access: 'full' }, { id: 'carol' }, permissions)).toEqual([])
  })
})
