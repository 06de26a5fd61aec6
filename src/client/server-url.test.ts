import { describe, expect, it } from 'vitest'
import { parseServerUrl } from './server-url.ts'

describe('parseServerUrl', () => {
  it.each([
    ['https://Data.Example/', 'https://data.example', true],
    ['https://data.example:443/pfx///', 'https://data.example/pfx', true],
    ['http://127.0.0.1:8001', 'http://127.0.0.1:8001', true],
    ['http://[::1]:8001/', 'http://[::1]:8001', true],
    ['http://localhost/data/', 'http://localhost/data', true],
    ['http://data.example', 'http://data.example', false],
    ['http://127.0.0.1.evil.example', 'http://127.0.0.1.evil.example', false],
    ['http://localhost.evil.example', 'http://localhost.evil.example', false],
  ])('writes %s as %s', (text, href, isPrivate) =>
    expect(parseServerUrl(text)).toMatchObject({ ok: true, value: { href, isPrivate } }),
  )

  it.each([
    'data.example',
    'ftp://data.example',
    'javascript:alert(1)',
    'https://',
    'https://me@data.example',
    'https://me:pw@data.example',
    'https://data.example/?a=1',
    'https://data.example/#a',
  ])('refuses %s', (text) => expect(parseServerUrl(text).ok).toBe(false))
})

describe('the advice for an address without its beginning', () => {
  it.each([
    ['data.example', 'https://data.example'],
    ['localhost:8001', 'http://localhost:8001'],
    ['javascript:alert(1)', 'https://data.example'],
  ])('for %s is %s', (text, advice) => {
    const parsed = parseServerUrl(text)
    expect(!parsed.ok && parsed.error).toContain(`such as ${advice}`)
  })
})
