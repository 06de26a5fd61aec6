import { describe, expect, it } from 'vitest'
import type { Route } from './route.ts'
import { createRouter } from './router.ts'

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  allow: { who: 'anyone' },
  handle: () => new Response(path),
})

const router = createRouter([
  route('GET', '/-/oauth/clients.json'),
  route('POST', '/-/oauth/clients.json'),
  route('GET', '/:database/-/query{.json}'),
  route('GET', '/:database{.json}'),
  route('GET', '/:database/:table{.json}'),
  route('GET', '/:database/:table/:pks*{.json}'),
  route('GET', '/.well-known/of/:path**'),
])

const found = (method: string, path: string) => {
  const match = router.match(method, path)
  return match.kind === 'found' ? [match.route.path, match.params] : match.kind
}

describe('a route for some paths of its form', () => {
  const some = createRouter([
    { ...route('GET', '/:database/:query'), only: ({ query }) => query === 'top ten' },
    { ...route('POST', '/:database/:query'), only: () => false },
    route('GET', '/:database/:table'),
  ])
  const path = (method: string, raw: string) => {
    const match = some.match(method, raw)
    return match.kind === 'found' ? match.route.path : match.kind
  }

  it('is passed over for the others, and judges decoded names', () => {
    expect(path('GET', '/shop/top+ten')).toBe('/:database/:query')
    expect(path('GET', '/shop/orders')).toBe('/:database/:table')
  })

  it('does not count as another method of them', () => {
    expect(some.match('POST', '/shop/orders')).toMatchObject({ kind: 'wrong-method', methods: ['GET'] })
  })
})

describe('createRouter', () => {
  it('takes the first route that matches', () => {
    expect(found('GET', '/shop/-/query')).toEqual(['/:database/-/query{.json}', { database: 'shop' }])
    expect(found('GET', '/shop/-/other')).toEqual([
      '/:database/:table/:pks*{.json}',
      { database: 'shop', table: '-', pks: 'other' },
    ])
  })

  it('tells the format, and the name without it', () => {
    expect(found('GET', '/shop.json')).toEqual(['/:database{.json}', { database: 'shop', format: 'json' }])
    expect(found('GET', '/shop/orders.json')).toEqual([
      '/:database/:table{.json}',
      { database: 'shop', table: 'orders', format: 'json' },
    ])
  })

  it('decodes tilde-encoded segments, and leaves row keys to their handler', () => {
    expect(found('GET', '/two+words/a~2Fb~2Ecsv')).toEqual([
      '/:database/:table{.json}',
      { database: 'two words', table: 'a/b.csv' },
    ])
    expect(found('GET', '/shop/orders/a~2Cb,c.json')).toEqual([
      '/:database/:table/:pks*{.json}',
      { database: 'shop', table: 'orders', pks: 'a~2Cb,c', format: 'json' },
    ])
  })

  it('lets a row key contain dots', () => {
    expect(found('GET', '/shop/orders/v1.2')).toEqual([
      '/:database/:table/:pks*{.json}',
      { database: 'shop', table: 'orders', pks: 'v1.2' },
    ])
  })

  it('serves HEAD where GET is', () => {
    expect(found('HEAD', '/shop')).toEqual(['/:database{.json}', { database: 'shop' }])
  })

  it('tells a wrong method from an unknown path', () => {
    expect(router.match('DELETE', '/-/oauth/clients.json')).toMatchObject({
      kind: 'wrong-method',
      methods: ['GET', 'POST'],
    })
    expect(found('GET', '/a/b/c/d')).toBe('unknown')
    expect(found('GET', '/shop.csv')).toBe('unknown')
    expect(found('GET', '/-/nothing')).toBe('unknown')
    expect(found('DELETE', '/-/oauth/clients')).toBe('unknown')
  })

  it('takes paths of any depth where a pattern ends with all that is left, after every other route', () => {
    expect(found('GET', '/.well-known/of/a~2Fb/c.json/d')).toEqual([
      '/.well-known/of/:path**',
      { path: 'a~2Fb/c.json/d' },
    ])
    expect(found('GET', '/.well-known/of/')).not.toEqual(['/.well-known/of/:path**', expect.anything()])
  })
})
