import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clearedCookie, parseCookies, serializeCookie } from './cookies.ts'

const read = (header: string) => Object.fromEntries(parseCookies(header))

describe('parseCookies', () => {
  it('reads names and values', () => expect(read('a=1; b=x.y-z_')).toEqual({ a: '1', b: 'x.y-z_' }))

  it.each([
    ['a bare word at the end', 'a=1; ds_actor=x.y; b'],
    ['a bare word at the start', 'b; a=1; ds_actor=x.y'],
    ['JSON before it', 'b={"x":1}; a=1; ds_actor=x.y'],
    ['JSON after it', 'a=1; ds_actor=x.y; b={"x":1}'],
    ['empty pieces', ';; a=1;; ds_actor=x.y; =; '],
    ['no spaces', 'a=1;ds_actor=x.y'],
    ['a control character', 'b=\u0001; a=1; ds_actor=x.y'],
  ])('keeps what is sound beside %s', (_what, header) =>
    expect(read(header)).toEqual({ a: '1', ds_actor: 'x.y' }),
  )

  it('takes off quotes', () => expect(read('a="1"; b=""')).toEqual({ a: '1', b: '' }))

  it('lets the first of two count', () => expect(read('a=1; a=2')).toEqual({ a: '1' }))

  it('knows names that objects have by themselves', () => {
    expect(parseCookies('a=1').get('constructor')).toBeUndefined()
    expect(parseCookies('__proto__=1; a=2').get('a')).toBe('2')
  })

  it('reads nothing from nothing', () => {
    expect(parseCookies(null).size).toBe(0)
    expect(parseCookies(undefined).size).toBe(0)
    expect(parseCookies('').size).toBe(0)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        parseCookies(header)
      }),
    )
  })

  it('reads back what serializeCookie writes, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [pair] = serializeCookie('name', value, { secure: true }).split('; ')
        expect(parseCookies(pair).get('name')).toBe(value)
      }),
    )
  })
})

describe('serializeCookie', () => {
  it('is for the whole site, this browser session, and no script', () => {
    expect(serializeCookie('ds_actor', 'x.y', { secure: false })).toBe(
      'ds_actor=x.y; Path=/; HttpOnly; SameSite=Lax',
    )
  })

  it('travels over https alone when it came over https', () => {
    expect(serializeCookie('ds_actor', 'x.y', { secure: true })).toContain('; Secure;')
  })
})

describe('clearedCookie', () => {
  it('ends the cookie at once', () => {
    expect(clearedCookie('ds_actor', false)).toBe(
      'ds_actor=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    )
  })
})
