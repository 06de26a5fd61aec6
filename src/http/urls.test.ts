import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HttpError } from './http-error.ts'
import { createUrls, rawPath } from './urls.ts'

const urls = createUrls({ basePath: '/', forceHttps: false })
const underPrefix = createUrls({ basePath: '/pfx/', forceHttps: false })
const to = (url: string, host?: string) => new Request(url, host === undefined ? {} : { headers: { host } })

describe('createUrls', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['/pfx/', '/pfx/'],
    ['/pfx', '/pfx/'],
    ['pfx/', '/pfx/'],
    ['/a/b/', '/a/b/'],
    ['//evil.example/', '/evil.example/'],
  ])('reads the base URL %j as %j', (basePath, expected) => {
    expect(createUrls({ basePath, forceHttps: false }).basePath).toBe(expected)
  })
})

describe('Urls.path', () => {
  it('puts the base URL before a path', () => {
    expect(urls.path('/db/table?_size=1')).toBe('/db/table?_size=1')
    expect(underPrefix.path('/db')).toBe('/pfx/db')
    expect(underPrefix.path('/')).toBe('/pfx/')
  })

  it.each(['//evil.example', '/\\evil.example', '\\\\evil.example', '/////evil.example'])(
    'keeps %s on this site',
    (path) => {
      expect(urls.path(path)).toBe('/evil.example')
      expect(underPrefix.path(path)).toBe('/pfx/evil.example')
    },
  )
})

describe('Urls.origin', () => {
  it('takes scheme and host of the request', () => {
    expect(urls.origin(to('http://internal.test/db', 'Site.Example:8001'))).toBe('http://site.example:8001')
    expect(urls.origin(to('https://internal.test/db', '[::1]:8001'))).toBe('https://[::1]:8001')
  })

  it('says https behind a proxy that speaks it', () => {
    const behindProxy = createUrls({ basePath: '/', forceHttps: true })
    expect(behindProxy.origin(to('http://internal.test/', 'site.example'))).toBe('https://site.example')
  })

  it('takes the host of the address when there is no Host header', () => {
    expect(urls.origin(to('http://site.example:8001/db'))).toBe('http://site.example:8001')
  })

  it.each(['evil.example/x', 'a@b', 'a b', 'a, b', 'site.example:99999'])(
    'refuses the Host header %j',
    (host) => {
      const origin = () => urls.origin(to('http://internal.test/', host))
      expect(origin).toThrow(HttpError)
      expect(origin).toThrow(expect.objectContaining({ status: 400, message: 'Invalid Host header' }))
    },
  )
})

describe('Urls.absolute', () => {
  it('joins origin, base URL and path', () => {
    expect(underPrefix.absolute(to('http://x.test/', 'site.example'), '/db')).toBe(
      'http://site.example/pfx/db',
    )
  })

  it('stays on the origin of the request for every path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const absolute = urls.absolute(to('http://site.example/'), path)
        expect(new URL(absolute).origin).toBe('http://site.example')
      }),
    )
  })
})

describe('Urls.withoutBase', () => {
  it('takes the base URL off', () => {
    expect(underPrefix.withoutBase('/pfx/db')).toBe('/db')
    expect(underPrefix.withoutBase('/pfx/')).toBe('/')
    expect(urls.withoutBase('/db')).toBe('/db')
  })

  it('leaves paths outside it alone', () => {
    expect(underPrefix.withoutBase('/db')).toBe('/db')
    expect(underPrefix.withoutBase('/pfx')).toBe('/pfx')
    expect(underPrefix.withoutBase('/pfxdb')).toBe('/pfxdb')
  })
})

describe('Urls.pathOf', () => {
  it('is the path as it was sent, without base URL and query', () => {
    expect(underPrefix.pathOf(to('http://site.example/pfx/a%20b/t~2Ex?next=/pfx/'))).toBe('/a%20b/t~2Ex')
  })
})

describe('Urls.isJsonPath', () => {
  it('goes by the end of the path alone', () => {
    expect(urls.isJsonPath(to('http://site.example/db.json?x=1'))).toBe(true)
    expect(urls.isJsonPath(to('http://site.example/db?x=.json'))).toBe(false)
    expect(urls.isJsonPath(to('http://site.example/db~2Ejson'))).toBe(false)
  })
})

describe('rawPath', () => {
  it.each([
    ['http://site.example', '/'],
    ['http://site.example/', '/'],
    ['http://site.example/a/b?c#d', '/a/b'],
    ['http://site.example/a#b?c', '/a'],
    ['http://site.example//a', '//a'],
    ['http://site.example/a?b=http://c/d', '/a'],
  ])('of %s is %s', (url, path) => expect(rawPath(url)).toBe(path))
})
