import { describe, expect, it } from 'vitest'
import { isPrintableAddress, isWebAddress } from './web-address.ts'

const PRINTABLE = [
  'https://data.example/verify?code=BCDF-2345',
  'http://127.0.0.1:8001/',
  'HTTPS://A.example',
]
const FOREIGN = ['https://data.example/\u001B[2J', 'https://data.example/\u202E', 'https://дата.example/é']
const NONE = [
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  ' https://data.example',
  'https://data.example/ --flag',
  'https://data.example/\n',
  'https://',
  '--version',
]

describe('isWebAddress', () => {
  it.each([...PRINTABLE, ...FOREIGN])('takes %j', (text) => expect(isWebAddress(text)).toBe(true))
  it.each(NONE)('refuses %j', (text) => expect(isWebAddress(text)).toBe(false))
})

describe('isPrintableAddress', () => {
  it.each(PRINTABLE)('takes %s', (text) => expect(isPrintableAddress(text)).toBe(true))
  it.each([...FOREIGN, ...NONE])('refuses %j: a terminal shows it (CVE-2025-6514)', (text) =>
    expect(isPrintableAddress(text)).toBe(false),
  )
})
