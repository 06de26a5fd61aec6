import { describe, expect, it } from 'vitest'
import { databaseResource, INSTANCE, tableResource } from '../permissions/action.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { createPermissions } from '../permissions/create-permissions.ts'
import { neededScope } from './needed-scope.ts'

const permissions = createPermissions({
  actions: CORE_ACTIONS,
  config: {},
  pluginRules: [],
  defaultDeny: false,
  rootEnabled: false,
  defaultAllowSql: true,
})

describe('neededScope', () => {
  it('writes the action and where it is done', () => {
    expect(neededScope(permissions, 'insert-row', tableResource('shop', 'orders'))).toBe(
      'insert-row:shop/orders',
    )
    expect(neededScope(permissions, 'create-table', databaseResource('shop'))).toBe('create-table:shop')
    expect(neededScope(permissions, 'view-instance', INSTANCE)).toBe('view-instance')
  })

  it('adds what the action also requires, on the same database', () => {
    expect(neededScope(permissions, 'store-query', databaseResource('shop'))).toBe(
      'store-query:shop execute-sql:shop view-database:shop',
    )
  })

  it('names no more of the place than the action is about', () => {
    expect(neededScope(permissions, 'create-table', tableResource('shop', 'orders'))).toBe(
      'create-table:shop',
    )
    expect(neededScope(permissions, 'view-instance', tableResource('shop', 'orders'))).toBe('view-instance')
  })

  it('encodes all that would be read as something else', () => {
    expect(neededScope(permissions, 'view-table', tableResource('a b', `"x"/y:z's\u00e9`))).toBe(
      'view-table:a%20b/%22x%22%2Fy%3Az%27s%C3%A9',
    )
  })
})
