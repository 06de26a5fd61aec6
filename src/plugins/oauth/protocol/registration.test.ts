import { describe, expect, it } from 'vitest'
import { checkRegistration, registrationError, type RegistrationFields } from './registration.ts'

const fields = (changes: Partial<RegistrationFields> = {}): RegistrationFields => ({
  name: 'My App',
  redirectUris: ['https://app.example/cb'],
  kind: null,
  ...changes,
})

describe('checkRegistration', () => {
  it('drops spaces around values and addresses that come twice', () => {
    const uris = [' https://app.example/cb ', '', 'https://app.example/cb', 'http://127.0.0.1/cb']
    expect(checkRegistration(fields({ name: '  Weather 2 ', redirectUris: uris }))).toEqual({
      ok: true,
      value: {
        name: 'Weather 2',
        redirectUris: ['https://app.example/cb', 'http://127.0.0.1/cb'],
        kind: 'confidential',
      },
    })
  })

  it('reads an address of spaces once, and not again from each of them', () => {
    const uri = `https://app.example/${' '.repeat(300_000)}x`
    expect(checkRegistration(fields({ redirectUris: [uri] }))).toMatchObject({
      error: { reason: 'redirect-uri-refused' },
    })
  })

  it('takes both types, and names in any script', () => {
    expect(checkRegistration(fields({ kind: 'public' }))).toMatchObject({ value: { kind: 'public' } })
    for (const name of ['Bob\'s "Tool" <b>', '天気 🌦', '👩‍💻 tools', 'x'.repeat(200), '🌦'.repeat(200)]) {
      expect(checkRegistration(fields({ name }))).toMatchObject({ value: { name } })
    }
  })

  it.each<[string, Partial<RegistrationFields>, string]>([
    ['a name of spaces', { name: '   ' }, 'incomplete'],
    ['no address', { redirectUris: [] }, 'incomplete'],
    ['an address of spaces', { redirectUris: ['  '] }, 'incomplete'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name-too-long'],
    ['a name of 201 characters of two UTF-16 units', { name: '🌦'.repeat(201) }, 'name-too-long'],
    ['a name of zero-width spaces', { name: '\u200B\u200B' }, 'name-not-showable'],
    ['a name of a soft hyphen', { name: '\u00AD' }, 'name-not-showable'],
    ['a name of a blank Braille pattern', { name: '\u2800' }, 'name-not-showable'],
    ['a name of a Hangul filler', { name: '\u3164' }, 'name-not-showable'],
    ['half a character in the name', { name: 'App \uD83C' }, 'name-not-showable'],
    [
      'one bad address among good ones',
      { redirectUris: ['https://a.example/', 'javascript:x'] },
      'redirect-uri-refused',
    ],
    ['a tab before an address', { redirectUris: ['\thttps://a.example/'] }, 'redirect-uri-refused'],
    [
      'eleven addresses',
      { redirectUris: Array.from({ length: 11 }, (_, i) => `https://a.example/${i}`) },
      'too-many-redirect-uris',
    ],
    ['an unknown type', { kind: 'native' }, 'unknown-client-type'],
  ])('refuses %s', (_fault, changes, reason) => {
    const checked = checkRegistration(fields(changes))
    expect(checked).toMatchObject({ ok: false, error: { reason } })
    expect(checked.ok || registrationError(checked.error)).toMatch(/\w/u)
  })

  it.each([
    ['a line end', '\n'],
    ['a tab', '\t'],
    ['NUL', '\u0000'],
    ['a C1 control', '\u009B'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['an embedding to the left', '\u202A'],
    ['an override to the right', '\u202E'],
    ['an isolate', '\u2066'],
    ['the end of an isolate', '\u2069'],
    ['a left-to-right mark', '\u200E'],
    ['a right-to-left mark', '\u200F'],
    ['an Arabic letter mark', '\u061C'],
  ])('refuses %s in a name, and says so', (_mark, character) => {
    const checked = checkRegistration(fields({ name: `App${character}by your bank` }))
    expect(checked).toEqual({ ok: false, error: { reason: 'name-not-showable' } })
    expect(checked.ok || registrationError(checked.error)).toBe(
      'client_name must be visible and cannot have control characters, line ends or marks that turn the direction of text',
    )
  })
})
