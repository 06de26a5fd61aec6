import { describe, expect, it } from 'vitest'
import { tableResource } from './action.ts'
import { CORE_ACTIONS } from './core-actions.ts'
import { createPermissions } from './create-permissions.ts'
import { isPrivate } from './private.ts'

const permissions = createPermissions({
  actions: CORE_ACTIONS,
  config: { databases: { team: { tables: { notes: { allow: { id: 'a' } } } } } },
  pluginRules: [],
  defaultDeny: false,
  rootEnabled: false,
  defaultAllowSql: true,
})
const NOTES = tableResource('team', 'notes')

describe('isPrivate', () => {
  it('is true for what this actor may see and visitors may not', () => {
    expect(isPrivate(permissions, { id: 'a' }, 'view-table', NOTES)).toBe(true)
  })

  it('is false for what everybody may see, and for what this actor may not see', () => {
    expect(isPrivate(permissions, { id: 'a' }, 'view-table', tableResource('team', 'posts'))).toBe(false)
    expect(isPrivate(permissions, { id: 'b' }, 'view-table', NOTES)).toBe(false)
    expect(isPrivate(permissions, null, 'view-table', NOTES)).toBe(false)
  })
})
