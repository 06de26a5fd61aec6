import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RedirectUri } from './ids.ts'
import { diagnoseRedirectUri, diagnosisInWords } from './redirect-diagnosis.ts'

const REGISTERED = 'https://app.example:8443/some/cb?x=a%2Fb' as RedirectUri

const words = (...sent: readonly string[]) => diagnosisInWords(diagnoseRedirectUri([REGISTERED], sent))

describe('diagnoseRedirectUri', () => {
  it.each([
    ['https://app.example:9000/some/cb?x=a%2Fb', 'the port'],
    ['https://app.example/some/cb?x=a%2Fb', 'the port'],
    ['http://app.example:8443/some/cb?x=a%2Fb', 'the scheme'],
    ['https://www.app.example:8443/some/cb?x=a%2Fb', 'the host'],
    ['https://app.example:8443/other?x=a%2Fb', 'the path'],
    ['https://app.example:8443/some/cb/?x=a%2Fb', 'a trailing slash'],
    ['https://app.example:8443/some/cb', 'the query'],
    ['https://app.example:8443/some/cb?x=a%2Fb&y=1', 'the query'],
    ['https://app.example:8443/Some/cb?x=a%2Fb', 'upper and lower case'],
    ['https://app.example:8443/some/cb?x=a%2fb', 'upper and lower case'],
    ['HTTPS://app.example:8443/some/cb?x=a%2Fb', 'upper and lower case'],
    ['https://app.example:8443/some/cb?x=a/b', 'percent-encoding'],
    ['https://app.example:8443/%73ome/cb?x=a%2Fb', 'percent-encoding'],
    ['https://me@app.example:8443/some/cb?x=a%2Fb', 'a user name'],
    ['https://app.example:8443/some/cb?x=a%2Fb#top', 'a fragment'],
    [' https://app.example:8443/some/cb?x=a%2Fb', 'spaces around it'],
    ['http://app.example/some/cb/?x=a%2Fb', 'the scheme, the port and a trailing slash'],
    ['not a url %', 'the scheme, the host, the port, the path and the query'],
  ])('T52: says of %s that the request differs in %s', (sent, parts) => {
    expect(words(sent)).toBe(`differs in ${parts}`)
  })

  it('says when none was sent, or several', () => {
    expect(words()).toBe('has no redirect_uri')
    expect(words('')).toBe('has no redirect_uri')
    expect(words(REGISTERED, REGISTERED)).toBe('has more than one redirect_uri')
    expect(diagnosisInWords(diagnoseRedirectUri([], ['https://a.example/']))).toContain('no acceptable')
  })

  it('compares with the registered address that is nearest', () => {
    const registered = ['com.example.app:/cb' as RedirectUri, 'http://127.0.0.1:5000/cb' as RedirectUri]
    expect(diagnoseRedirectUri(registered, ['http://127.0.0.1:5001/cb'])).toEqual({
      kind: 'differs',
      nearest: 'http://127.0.0.1:5000/cb',
      parts: ['the port'],
    })
    expect(diagnoseRedirectUri(registered, ['com.example.app:/callback'])).toMatchObject({
      nearest: 'com.example.app:/cb',
      parts: ['the path'],
    })
  })

  it('finds a difference in whatever is not the registered text, and none in the text itself', () => {
    const app = 'com.example.app:/cb' as RedirectUri
    expect(diagnoseRedirectUri([app], ['com.example.app:///cb'])).toMatchObject({ parts: ['the host'] })
    expect(words(REGISTERED.replace('//', '//@'))).toBe('differs in a user name')
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true }))
    fc.assert(
      fc.property(texts, (sent) => {
        const found = diagnoseRedirectUri([REGISTERED], [sent])
        return sent === '' ? found.kind === 'missing' : found.kind === 'differs' && found.parts.length > 0
      }),
    )
    expect(diagnoseRedirectUri([REGISTERED], [REGISTERED])).toMatchObject({ parts: [] })
  })
})
