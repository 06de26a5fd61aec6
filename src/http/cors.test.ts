import { describe, expect, it } from 'vitest'
import { CORS_HEADERS } from './cors.ts'

describe('CORS_HEADERS', () => {
  it('opens reading to every site, and never with cookies', () => {
    expect(new Headers(CORS_HEADERS).get('Access-Control-Allow-Origin')).toBe('*')
    expect(new Headers(CORS_HEADERS).has('Access-Control-Allow-Credentials')).toBe(false)
  })

  it('lets scripts send tokens and see the next page', () => {
    expect(new Headers(CORS_HEADERS).get('Access-Control-Allow-Headers')).toBe('Authorization, Content-Type')
    expect(new Headers(CORS_HEADERS).get('Access-Control-Expose-Headers')).toBe('Link')
  })
})
