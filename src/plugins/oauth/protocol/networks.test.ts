import { describe, expect, it } from 'vitest'
import { distance } from './networks.ts'

describe('distance', () => {
  it.each([
    ['203.0.113.7', '203.0.113.200', 'near'],
    ['203.0.113.7', '203.0.114.7', 'far'],
    ['2001:db8:1:2::1', '2001:db8:1:3::9', 'near'],
    ['2001:db8:1::1', '2001:db8:2::1', 'far'],
    ['203.0.113.7', '2001:db8::1', 'incomparable'],
    ['127.0.0.1', '::1', 'near'],
    ['127.0.0.1', '203.0.113.7', 'far'],
    ['unknown', 'unknown', 'near'],
    ['unknown', '203.0.113.7', 'far'],
  ])('of %s and %s is %s', (one, other, expected) => expect(distance(one, other)).toBe(expected))
})
