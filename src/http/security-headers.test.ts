import { describe, expect, it } from 'vitest'
import { pageHeaders, privatePageHeaders } from './security-headers.ts'

const policyOf = (headers: Readonly<Record<string, string>>) =>
  new Map(
    (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
      const [name, ...sources] = directive.split(' ')
      return [name, sources] as const
    }),
  )

describe('pageHeaders', () => {
  it('T60: lets nobody frame a page', () => {
    expect(policyOf(pageHeaders()).get('frame-ancestors')).toEqual(["'none'"])
    expect(pageHeaders()['x-frame-options']).toBe('DENY')
  })

  it('allows no other site, nothing inline and no eval', () => {
    const sources = [...policyOf(pageHeaders()).values()].flat()
    expect(new Set(sources)).toEqual(new Set(["'none'", "'self'", 'data:']))
    expect(policyOf(pageHeaders()).get('script-src')).toEqual(["'self'"])
    expect(policyOf(pageHeaders()).get('default-src')).toEqual(["'none'"])
  })

  it('does not say where forms lead, because a consent form ends at another site', () => {
    expect(policyOf(pageHeaders()).has('form-action')).toBe(false)
  })

  it('does not let a browser guess what a response is', () => {
    expect(pageHeaders()['x-content-type-options']).toBe('nosniff')
  })

  it('tells other sites nothing of where somebody came from, and this site enough to know its own forms', () => {
    expect(pageHeaders()['referrer-policy']).toBe('same-origin')
  })
})

describe('privatePageHeaders', () => {
  it('T59: tells nobody where somebody came from', () => {
    expect(privatePageHeaders()['referrer-policy']).toBe('no-referrer')
  })

  it('is never stored, and else as strict as any page', () => {
    expect(privatePageHeaders()).toEqual({
      ...pageHeaders(),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
  })
})
