import { describe, expect, it } from 'vitest'
import { documentHost, isClientIdUrl } from './client-id-url.ts'

describe('isClientIdUrl', () => {
  it.each([
    'https://app.example/client',
    'https://app.example:8443/client.json',
    'https://app.example/',
    'https://app.example/a/b%2Fc?v=1',
    'https://xn--bcher-kva.example/client',
    'https://claude.ai/oauth/claude-code-client-metadata',
    'https://vscode.dev/oauth/client-metadata.json',
  ])('takes %s', (url) => expect(isClientIdUrl(url)).toBe(true))

  it.each([
    ['another scheme', 'http://app.example/client'],
    ['another scheme', 'javascript://app.example/client'],
    ['capitals', 'HTTPS://app.example/client'],
    ['capitals', 'https://App.example/client'],
    ['no path', 'https://app.example'],
    ['a query without a path', 'https://app.example?x=1'],
    ['a fragment', 'https://app.example/client#x'],
    ['an empty fragment', 'https://app.example/client#'],
    ['a user', 'https://user@app.example/client'],
    ['a password', 'https://user:pass@app.example/client'],
    ['a dot segment', 'https://app.example/../client'],
    ['a dot segment', 'https://app.example/./client'],
    ['an encoded dot segment', 'https://app.example/%2e%2e/client'],
    ['the usual port', 'https://app.example:443/client'],
    ['a port that is none', 'https://app.example:99999/client'],
    ['an address', 'https://127.0.0.1/client'],
    ['an address', 'https://8.8.8.8/client'],
    ['an address in disguise', 'https://2130706433/client'],
    ['an address in disguise', 'https://0x7f.1/client'],
    ['an address', 'https://[::1]/client'],
    ['a name of this network', 'https://localhost/client'],
    ['a name of this network', 'https://intranet/client'],
    ['a name with a dot at its end', 'https://app.example./client'],
    ['a host outside ASCII', 'https://bücher.example/client'],
    ['a backslash', 'https://app.example\\@evil.example/client'],
    ['a space', ' https://app.example/client'],
    ['a tab', 'https://app.example/cli\tent'],
    ['a line end', 'https://app.example/client\n'],
    ['more than 512 characters', `https://app.example/${'x'.repeat(500)}`],
  ])('refuses %s: %j', (_what, url) => expect(isClientIdUrl(url)).toBe(false))

  it('tells the host of a document, and of nothing else', () => {
    expect(documentHost('https://app.example:8443/client')).toBe('app.example:8443')
    expect(documentHost('0'.repeat(32))).toBeNull()
  })
})
