import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import type { FindAction } from './scope-request.ts'
import { restrictionsOf } from './scope-restrictions.ts'
import type { Scope } from './scope.ts'

const findAction: FindAction = (name) => CORE_ACTIONS.find((action) => action.name === name) ?? null

const restrict = (...scopes: readonly [Scope, ...Scope[]]) =>
  restrictionsOf({ access: 'listed', scopes }, findAction)

describe('restrictionsOf', () => {
  it('sorts actions by where they were given, abbreviated', () => {
    expect(
      restrict(
        ['view-instance'],
        ['view-database', 'team'],
        ['view-table', 'team', 'posts'],
        ['insert-row', 'team', 'comments'],
        ['insert-row', 'team', 'posts'],
      ),
    ).toEqual({
      a: ['vi'],
      d: { team: ['vd'] },
      r: { team: { posts: ['vt', 'ir'], comments: ['ir'] } },
    })
  })

  it('leaves out what nothing was given for', () => {
    expect(restrict(['view-table', 'team', 'notes'])).toEqual({ r: { team: { notes: ['vt'] } } })
  })

  it('writes actions without abbreviation in full', () => {
    expect(restrict(['oauth-manage-clients'])).toEqual({ a: ['oauth-manage-clients'] })
  })

  it('keeps a database called __proto__ as a name like any other', () => {
    const restrictions = restrict(['view-table', '__proto__', '__proto__'], ['view-database', '__proto__'])
    expect(JSON.stringify(restrictions)).toBe(
      '{"d":{"__proto__":["vd"]},"r":{"__proto__":{"__proto__":["vt"]}}}',
    )
  })

  it('gives no restrictions for full access, and for nothing else', () => {
    expect(restrictionsOf({ access: 'full' }, findAction)).toBeNull()
  })
})
