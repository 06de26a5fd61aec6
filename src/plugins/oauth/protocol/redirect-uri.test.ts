import { describe, expect, it } from 'vitest'
import type { RedirectUri } from './ids.ts'
import { isRedirectUri, matchRedirectUri, returnHost, withParameters } from './redirect-uri.ts'

function uri(text: string): RedirectUri {
  if (!isRedirectUri(text)) throw new Error(`not a redirect URI: ${text}`)
  return text
}

describe('isRedirectUri', () => {
  it.each([
    'https://app.example/cb',
    'https://app.example',
    'https://app.example:8443/cb?tenant=7',
    'https://app.example/cb?errors=1&next=code',
    'https://[2001:db8::1]/cb',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:9123/callback',
    'http://[::1]:1234/cb',
    'http://localhost/cb',
    'http://localhost:3000',
    'com.example.app:/oauth2redirect',
    'com.example.app://host/cb',
  ])('accepts %s', (text) => expect(isRedirectUri(text)).toBe(true))

  it.each([
    ['T9: a relative address', '/cb'],
    ['T9: a host without scheme', '//app.example/cb'],
    ['T9: no address at all', 'not a url'],
    ['T9: the empty text', ''],
    ['T9: a fragment', 'https://app.example/cb#x'],
    ['T9: an empty fragment', 'https://app.example/cb#'],
    ['T55: javascript:', 'javascript:alert(1)'],
    ['T55: javascript: in mixed case', 'JaVaScRiPt:alert(1)'],
    ['T55: javascript: behind a control character', '\u0001javascript:alert(1)'],
    ['T55: javascript: behind a tab', '\tjavascript:alert(1)'],
    ['T55: javascript: with a line end inside', 'java\nscript:alert(1)'],
    ['T55: data:', 'data:text/html,x'],
    ['T55: vbscript:', 'vbscript:x'],
    ['T55: file:', 'file:///etc/passwd'],
    ['T55: blob:', 'blob:https://app.example/uuid'],
    ['T55: a private-use scheme without a dot', 'cursor://cb'],
    ['T56: http on another host', 'http://app.example/cb'],
    ['T56: http on a private network', 'http://192.168.1.5/cb'],
    ['T54: a host that only starts like localhost', 'http://localhost.evil.com/cb'],
    ['T54: a host that only starts like loopback', 'http://127.0.0.1.evil.com/cb'],
    ['T54: loopback as user info', 'http://127.0.0.1@evil.com/cb'],
    ['T54: loopback with a password part', 'http://127.0.0.1:80@evil.com/cb'],
    ['loopback written as one number', 'http://2130706433/cb'],
    ['loopback written short', 'http://127.1/cb'],
    ['a port that does not exist', 'http://127.0.0.1:99999/cb'],
    ['user info', 'https://user:pw@app.example/cb'],
    ['empty user info', 'https://@app.example/cb'],
    ['user info behind a private-use scheme', 'com.example.app://user@host/cb'],
    ['a scheme and nothing else', 'com.example.app:'],
    ['https without a host', 'https:///cb'],
    ['https without slashes', 'https:app.example/cb'],
    ['a backslash, which browsers read as a slash', String.raw`https://app.example\@evil.com/cb`],
    ['a space', 'https://app.example/c b'],
    ['a letter outside ASCII', 'https://äpp.example/cb'],
    ['an answer of its own: code', 'https://app.example/cb?tenant=7&code=planted'],
    ['an answer of its own: state, written in another way', 'https://app.example/cb?st%61te=x'],
    ['an answer of its own: iss', 'http://127.0.0.1/cb?iss=https://other.example'],
    ['an answer of its own: error', 'com.example.app:/cb?error'],
    ['an answer of its own: error_description', 'https://app.example/cb?error_description=x'],
    ['an answer of its own: error_uri', 'https://app.example/cb?error_uri=x'],
    ['more than 2048 characters', `https://app.example/${'x'.repeat(2048)}`],
  ])('refuses %s', (_attack, text) => expect(isRedirectUri(text)).toBe(false))
})

describe('matchRedirectUri', () => {
  const registered = [uri('https://app.example/cb'), uri('https://app.example/other?tenant=7')]

  it('finds the address that was registered', () => {
    expect(matchRedirectUri(registered, 'https://app.example/other?tenant=7', 'confidential')).toBe(
      registered[1],
    )
  })

  it.each([
    ['an extra query', 'https://app.example/cb?x=1'],
    ['an empty query', 'https://app.example/cb?'],
    ['a query that contains the registered one', 'https://app.example/other?tenant=7&x=1'],
    ['path parameters', 'https://app.example/cb;x'],
    ['user info', 'https://user@app.example/cb'],
    ['a fragment', 'https://app.example/cb#x'],
    ['an empty fragment', 'https://app.example/cb#'],
    ['encoded dots', 'https://app.example/%2e%2e/cb'],
    ['dot segments', 'https://app.example/x/../cb'],
    ['a path that only starts the same', 'https://app.example/cb/../admin'],
    ['an encoded letter', 'https://app.example/%63b'],
    ['another case in the path', 'https://app.example/CB'],
    ['another case in the host', 'https://APP.example/cb'],
    ['another case in the scheme', 'HTTPS://app.example/cb'],
    ['a slash at the end', 'https://app.example/cb/'],
    ['a slash too many', 'https://app.example//cb'],
    ['the default port', 'https://app.example:443/cb'],
    ['another port', 'https://app.example:444/cb'],
    ['a dot after the host', 'https://app.example./cb'],
    ['a subdomain', 'https://x.app.example/cb'],
    ['a host that only starts the same', 'https://app.example.evil.com/cb'],
    ['the host as user info', 'https://app.example@evil.com/cb'],
    ['a backslash', String.raw`https://app.example\cb`],
    ['a backslash before another host', String.raw`https://app.example\@evil.com/cb`],
    ['a tab', 'https://app.example/c\tb'],
    ['a line end', 'https://app.example/cb\n'],
    ['a space before', ' https://app.example/cb'],
    ['a space after', 'https://app.example/cb '],
    ['a null character', 'https://app.example/cb\0'],
    ['http', 'http://app.example/cb'],
    ['no scheme', '//app.example/cb'],
    ['only the path', '/cb'],
    ['another path', 'https://app.example/'],
    ['no path', 'https://app.example'],
    ['the empty text', ''],
    ['two addresses', 'https://app.example/cb,https://evil.com'],
    ['a letter that looks the same', 'https://аpp.example/cb'],
    ['a wildcard', 'https://app.example/*'],
    ['javascript:', 'javascript:alert(1)//https://app.example/cb'],
    ['data:', 'data:text/html,https://app.example/cb'],
  ])('T52: does not match %s', (_attack, requested) => {
    expect(matchRedirectUri(registered, requested, 'confidential')).toBeNull()
    expect(matchRedirectUri(registered, requested, 'public')).toBeNull()
  })

  it.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:50123/cb'],
    ['http://127.0.0.1:1234/cb', 'http://127.0.0.1:50123/cb'],
    ['http://127.0.0.1:1234/cb', 'http://127.0.0.1/cb'],
    ['http://[::1]/cb', 'http://[::1]:50123/cb'],
    ['http://localhost/cb', 'http://localhost:50123/cb'],
  ])('T53, T54: a public client registered with %s may come from %s', (one, requested) => {
    expect(matchRedirectUri([uri(one)], requested, 'public')).toBe(requested)
  })

  it('T53: a confidential client may not change the port', () => {
    expect(
      matchRedirectUri([uri('http://127.0.0.1/cb')], 'http://127.0.0.1:50123/cb', 'confidential'),
    ).toBeNull()
  })

  it.each([
    ['T53: another path', 'http://127.0.0.1:1234/other'],
    ['T53: an extra query', 'http://127.0.0.1:1234/cb?x'],
    ['another loopback host', 'http://localhost:1234/cb'],
    ['T54: a host that only starts like loopback', 'http://127.0.0.1.evil.example/cb'],
    ['T54: loopback with a password part', 'http://127.0.0.1:80@evil.example/cb'],
    ['a port that does not exist', 'http://127.0.0.1:99999/cb'],
    ['an empty port', 'http://127.0.0.1:/cb'],
    ['a tab in the path', 'http://127.0.0.1:1234/\tcb'],
    ['https', 'https://127.0.0.1/cb'],
  ])('does not match %s', (_attack, requested) => {
    expect(matchRedirectUri([uri('http://127.0.0.1/cb')], requested, 'public')).toBeNull()
  })
})

describe('withParameters', () => {
  it.each([
    ['https://a.example/cb', 'https://a.example/cb?code=c+d'],
    ['https://a.example/cb?x=1', 'https://a.example/cb?x=1&code=c+d'],
    ['https://a.example/cb?', 'https://a.example/cb?code=c+d'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&code=c+d'],
    ['com.example.app:/cb', 'com.example.app:/cb?code=c+d'],
  ])('T10: keeps the query of %s and adds to it', (registered, expected) => {
    expect(withParameters(uri(registered), new URLSearchParams({ code: 'c d' }))).toBe(expected)
  })
})

describe('returnHost', () => {
  it.each([
    ['https://app.example/cb', 'app.example'],
    ['http://127.0.0.1:9123/cb', '127.0.0.1:9123'],
    ['com.example.app:/cb', 'com.example.app:'],
  ])('names the place of %s', (registered, expected) => expect(returnHost(uri(registered))).toBe(expected))
})
