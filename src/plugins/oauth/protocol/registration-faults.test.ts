import { describe, expect, it } from 'vitest'
import { checkTyped } from './registration-faults.ts'

const typed = (redirectUris: readonly string[], name = 'My App', kind: string | null = 'public') =>
  checkTyped({ name, redirectUris, kind })

describe('checkTyped', () => {
  it('takes what can be registered', () => {
    const uris = ['https://app.example/cb', '', ' com.example.app:/cb ']
    expect(typed(uris)).toEqual({
      ok: true,
      value: {
        name: 'My App',
        redirectUris: ['https://app.example/cb', 'com.example.app:/cb'],
        kind: 'public',
      },
    })
  })

  it.each([
    ['app.example/cb', 'has no scheme: begin with https://.'],
    ['localhost:3000/cb', 'has no scheme: begin with https://.'],
    ['http://app.example/cb', 'has the scheme http: that is for 127.0.0.1'],
    ['http://127.0.0.1:99999/cb', 'is not a complete address.'],
    ['https://app.example/cb#x', 'has a fragment'],
    ['https://user:pw@app.example/cb', 'has a user name in it'],
    ['https://app.example/*', 'has a * in it: addresses are matched exactly'],
    ['https://*.app.example/cb', 'has a * in it'],
    ['https://a.example/ https://b.example/', 'has more than one address: write one a line.'],
    ['https://a.example/, https://b.example/', 'has more than one address: write one a line.'],
    ['https://app.example/c b', 'has a space or a tab'],
    ['https://äpp.example/cb', 'percent-encode them'],
    ['javascript:alert(1)', 'has the scheme javascript: use https'],
    [`https://app.example/${'x'.repeat(2048)}`, 'is longer than 2048 characters.'],
    ['https:', 'is not a complete address.'],
  ])('says what is wrong with %s', (uri, fault) => {
    const checked = typed(['https://good.example/', '', uri])
    expect(checked).toEqual({
      ok: false,
      error: { name: null, redirectUris: expect.stringContaining(fault), kind: null },
    })
    expect(checked).toMatchObject({ error: { redirectUris: expect.stringMatching(/^Line 3 \(/u) } })
  })

  it('names every faulty line', () => {
    const checked = typed(['x', 'https://good.example/', 'y\u202e'])
    expect(checked).toMatchObject({
      error: { redirectUris: expect.stringMatching(/^Line 1 \(x\) .*\. Line 3 \(y\\u202e\) /u) },
    })
  })

  it('says what is wrong with each field', () => {
    expect(typed([''], ' ', 'native')).toEqual({
      ok: false,
      error: {
        name: 'Write a name.',
        redirectUris: 'Write at least one address.',
        kind: 'Choose confidential or public.',
      },
    })
    const many = Array.from({ length: 11 }, (_, n) => `https://a.example/${n}`)
    expect(typed(many, 'x'.repeat(201))).toMatchObject({
      error: { name: 'Write at most 200 characters.', redirectUris: 'Write at most 10 addresses.' },
    })
    expect(typed(many, 'a\u202e')).toMatchObject({ error: { name: expect.stringContaining('can be seen') } })
  })
})
