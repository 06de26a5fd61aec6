import { describe, expect, it } from 'vitest'
import { fail, ok } from '../result.ts'
import { checkCrossSite } from './csrf.ts'

const OWN = 'http://localhost:8001'
const ALLOWED = ok(null)

function check(headers: Record<string, string> | [string, string][], ownOrigin = OWN, method = 'POST') {
  return checkCrossSite(new Request('http://internal.test/', { method, headers }), ownOrigin)
}

describe('checkCrossSite', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('has nothing against a %s from anywhere', (method) => {
    expect(check({ 'sec-fetch-site': 'cross-site', origin: 'http://evil.com' }, OWN, method)).toEqual(ALLOWED)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('T35: refuses a %s from another site', (method) => {
    expect(check({ 'sec-fetch-site': 'cross-site' }, OWN, method).ok).toBe(false)
  })

  describe('row 1: a bearer token and no cookie', () => {
    const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.com' }

    it.each(['Bearer x', 'bearer x', 'BEARER x'])('allows %j from everywhere', (authorization) => {
      expect(check({ ...crossSite, authorization })).toEqual(ALLOWED)
    })

    it('does not allow a token beside a cookie', () => {
      expect(check({ ...crossSite, authorization: 'Bearer x', cookie: 'a=b' }).ok).toBe(false)
    })

    it.each(['Basic x', 'Bearerx', 'Basic x, Bearer y'])(
      'does not take %j for a bearer token',
      (authorization) => {
        expect(check({ ...crossSite, authorization }).ok).toBe(false)
      },
    )
  })

  describe('rows 2 and 3: Sec-Fetch-Site decides', () => {
    it.each(['same-origin', 'none'])('allows %s, whatever the origin', (site) => {
      expect(check({ 'sec-fetch-site': site, origin: 'null' })).toEqual(ALLOWED)
    })

    it.each(['same-site', 'cross-site', 'Same-Origin', 'other'])(
      'refuses %s, even with its own origin',
      (site) => {
        expect(check({ 'sec-fetch-site': site, origin: OWN })).toEqual(
          fail(`Sec-Fetch-Site was '${site}', expected 'same-origin' or 'none'`),
        )
      },
    )

    it('does not count an empty one', () => {
      expect(check({ 'sec-fetch-site': '', origin: OWN })).toEqual(ALLOWED)
      expect(check({ 'sec-fetch-site': '', origin: 'http://evil.com' }).ok).toBe(false)
    })
  })

  it('row 4: allows a client that is no browser', () => expect(check({ cookie: 'a=b' })).toEqual(ALLOWED))

  describe('row 5: the origin is ours', () => {
    it.each([
      ['http://localhost:8001', 'http://localhost:8001'],
      ['http://LOCALHOST:8001', 'http://localhost:8001'],
      ['http://site.example', 'http://site.example:80'],
      ['http://site.example:80', 'http://site.example'],
      ['https://site.example', 'https://site.example:443'],
      ['https://site.example:443', 'https://site.example'],
      ['http://[::1]:8001', 'http://[::1]:8001'],
      ['http://[2001:DB8::1]', 'http://[2001:db8::1]:80'],
    ])('allows the origin %s at %s', (origin, own) => expect(check({ origin }, own)).toEqual(ALLOWED))
  })

  describe('row 6: the origin is none', () => {
    it.each([
      'null',
      'file://',
      'localhost:8001',
      'http://',
      'http://a b',
      'http://localhost:8001/',
      'ftp://localhost',
      'constructor://localhost:8001',
    ])('refuses %j as malformed', (origin) => {
      expect(check({ origin })).toEqual(fail(`Malformed Origin '${origin}' or Host 'localhost:8001'`))
    })
  })

  describe('row 7: the origin is another', () => {
    it.each([
      'http://evil.com',
      'http://localhost',
      'http://localhost:8002',
      'https://localhost:8001',
      'http://localhost.evil.com:8001',
      'http://[::1]:8001',
    ])('refuses %s', (origin) => {
      expect(check({ origin })).toEqual(fail(`Origin '${origin}' does not match Host 'localhost:8001'`))
    })
  })

  it('lets the last of several headers count', () => {
    const repeated = (name: string, values: string[]): [string, string][] =>
      values.map((value) => [name, value])
    expect(check(repeated('sec-fetch-site', ['cross-site', 'same-origin']))).toEqual(ALLOWED)
    expect(check(repeated('sec-fetch-site', ['same-origin', 'cross-site'])).ok).toBe(false)
    expect(check(repeated('origin', ['http://evil.com', OWN]))).toEqual(ALLOWED)
    expect(check(repeated('origin', [OWN, 'http://evil.com'])).ok).toBe(false)
  })
})
