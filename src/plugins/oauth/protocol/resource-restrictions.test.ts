import { describe, expect, it } from 'vitest'
import { resourceRestrictions } from './resource-restrictions.ts'

const ACTIONS = [
  action('view-instance', 'vi', 'global'),
  action('execute-sql', 'es', 'database'),
  action('view-table', 'vt', 'resource'),
  action('shred-table', null, 'resource'),
]

function action(name: string, abbr: string | null, level: 'global' | 'database' | 'resource') {
  const rest = { description: '', resourceKind: null, alsoRequires: null, allowedByDefault: false }
  return { name, abbr, level, ...rest }
}

describe('T71: what a token for a part of the server may do at most', () => {
  it.each(['/shop/orders', '/shop/orders/', '/shop/orders.json', '/shop/orders/7', '/shop/orders/-/insert'])(
    'is about the one table: %s',
    (path) => {
      expect(resourceRestrictions(path, ACTIONS)).toEqual({ r: { shop: { orders: ['vt', 'shred-table'] } } })
    },
  )

  it.each(['/shop', '/shop/', '/shop.json', '/shop/-/query', '/shop/-/query.json'])(
    'is about the one database: %s',
    (path) => {
      expect(resourceRestrictions(path, ACTIONS)).toEqual({ d: { shop: ['es', 'vt', 'shred-table'] } })
    },
  )

  it.each(['/', '/-/actor', '/-/actor.json', '/.well-known/x'])('is what it says itself: %s', (path) => {
    expect(resourceRestrictions(path, ACTIONS)).toBeNull()
  })

  it('reads names as routes do', () => {
    expect(resourceRestrictions('/two+words/a~2Fb~2Ecsv', ACTIONS)).toEqual({
      r: { 'two words': { 'a/b.csv': ['vt', 'shred-table'] } },
    })
    expect(resourceRestrictions('/shop/a%20b', ACTIONS)).toEqual({
      r: { shop: { 'a%20b': ['vt', 'shred-table'] } },
    })
  })
})
