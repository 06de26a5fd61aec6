import { describe, expect, it } from 'vitest'
import { ok } from '../result.ts'
import { parseIdempotencyKey } from './idempotency-key.ts'

describe('parseIdempotencyKey', () => {
  it.each([
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    [' "a b, c" ', 'a b, c'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('reads %s', (header, key) => expect(parseIdempotencyKey(header)).toEqual(ok(key)))

  it.each([
    '',
    '""',
    '" "',
    '"open',
    'two words',
    'one, two',
    'a"b',
    '"é"',
    String.raw`"\a"`,
    '"a"; version=1',
    'k'.repeat(256),
  ])('refuses %j', (header) => expect(parseIdempotencyKey(header).ok).toBe(false))
})
