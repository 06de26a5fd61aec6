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

  it('takes both types, and names in any script', () => {
    expect(checkRegistration(fields({ kind: 'public' }))).toMatchObject({ value: { kind: 'public' } })
    for (const name of ['Bob\'s "Tool" <b>', '天気 🌦', 'x'.repeat(200)]) {
      expect(checkRegistration(fields({ name }))).toMatchObject({ value: { name } })
    }
  })

  it.each<[string, Partial<RegistrationFields>, string]>([
    ['a name of spaces', { name: '   ' }, 'incomplete'],
    ['no address', { redirectUris: [] }, 'incomplete'],
    ['an address of spaces', { redirectUris: ['  '] }, 'incomplete'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name-too-long'],
    ['a line end in the name', { name: 'App\nby your bank' }, 'name-not-printable'],
    ['a mark in the name that turns the text around', { name: 'App \u202Egnab' }, 'name-not-printable'],
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
})
