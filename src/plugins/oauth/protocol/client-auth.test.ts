import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClient, readClientCredentials, type KnownClient } from './client-auth.ts'
import { hashSecret } from './ids.ts'

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${formEncode(id)}:${formEncode(secret)}`).toString('base64')}`

const formEncode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2)

const form = (fields: Readonly<Record<string, string>>): URLSearchParams => new URLSearchParams(fields)

describe('readClientCredentials', () => {
  it('reads the secret in the body', () => {
    expect(readClientCredentials(form({ client_id: 'a', client_secret: 'b' }), null, null)).toEqual({
      ok: true,
      value: { method: 'post', clientId: 'a', secret: 'b' },
    })
  })

  it('T1: reads the Basic header, in any case of its name', () => {
    const header = basic('a', 'b')
    for (const authorization of [
      header,
      header.replace('Basic', 'basic'),
      header.replace('Basic', 'BASIC'),
    ]) {
      expect(readClientCredentials(form({}), authorization, null)).toEqual({
        ok: true,
        value: { method: 'basic', clientId: 'a', secret: 'b' },
      })
    }
  })

  it('T2: form-decodes both parts of the Basic header', () => {
    const authorization = `Basic ${Buffer.from('my%20id:p%3Aw+d%25%2B').toString('base64')}`
    expect(readClientCredentials(form({}), authorization, null)).toEqual({
      ok: true,
      value: { method: 'basic', clientId: 'my id', secret: 'p:w d%+' },
    })
  })

  it('T2: reads back whatever a client form-encodes', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (id, secret) => {
          fc.pre(id.isWellFormed() && secret.isWellFormed())
          expect(readClientCredentials(form({}), basic(id, secret), null)).toEqual({
            ok: true,
            value: { method: 'basic', clientId: id, secret },
          })
        },
      ),
    )
  })

  it('T3: refuses a secret in the header and another in the body', () => {
    expect(
      readClientCredentials(form({ client_id: 'a', client_secret: 'b' }), basic('a', 'b'), null),
    ).toEqual({
      ok: false,
      error: { reason: 'two-authentications' },
    })
  })

  it('T3: refuses two names, but takes the same name twice', () => {
    expect(readClientCredentials(form({ client_id: 'x' }), basic('a', 'b'), null)).toMatchObject({
      error: { reason: 'two-authentications' },
    })
    expect(readClientCredentials(form({ client_id: 'a' }), basic('a', 'b'), null)).toMatchObject({ ok: true })
  })

  it('reads a name alone as a public client, also beside an empty secret', () => {
    const none = { ok: true, value: { method: 'none', clientId: 'a' } }
    expect(readClientCredentials(form({ client_id: 'a' }), null, null)).toEqual(none)
    expect(readClientCredentials(form({ client_id: 'a', client_secret: '' }), null, null)).toEqual(none)
  })

  it('refuses a request that names no client', () => {
    expect(readClientCredentials(form({}), null, null)).toEqual({
      ok: false,
      error: { reason: 'no-client-named' },
    })
  })

  it('passes over other schemes', () => {
    expect(readClientCredentials(form({ client_id: 'a' }), 'Bearer xyz', null)).toMatchObject({ ok: true })
  })

  it.each([
    ['nothing behind the scheme', 'Basic'],
    ['text that is not base64', 'Basic ???'],
    ['no colon', `Basic ${Buffer.from('abc').toString('base64')}`],
    ['an empty name', `Basic ${Buffer.from(':secret').toString('base64')}`],
    ['broken percent-encoding', `Basic ${Buffer.from('a%zz:b').toString('base64')}`],
  ])('refuses a Basic header with %s', (_fault, authorization) => {
    expect(readClientCredentials(form({}), authorization, null)).toEqual({
      ok: false,
      error: { reason: 'basic-malformed' },
    })
  })
})

describe('checkClient', () => {
  const confidential: KnownClient = {
    kind: 'confidential',
    secrets: [{ hash: hashSecret('old') }, { hash: hashSecret('new') }],
  }
  const publicClient: KnownClient = { kind: 'public', secrets: [] }
  const withSecret = (secret: string) => ({ method: 'post', clientId: 'a', secret }) as const
  const withoutSecret = { method: 'none', clientId: 'a' } as const

  it('accepts each secret that works', () => {
    expect(checkClient(withSecret('old'), confidential).ok).toBe(true)
    expect(checkClient(withSecret('new'), confidential).ok).toBe(true)
  })

  it('accepts a public client by its name', () => {
    expect(checkClient(withoutSecret, publicClient).ok).toBe(true)
  })

  it.each([
    ['a wrong secret', withSecret('wrong'), confidential, 'client-secret-wrong'],
    ['the hash of the secret', withSecret(hashSecret('old')), confidential, 'client-secret-wrong'],
    ['an empty Basic secret', { ...withSecret(''), method: 'basic' }, confidential, 'client-secret-wrong'],
    ['no secret of a confidential client', withoutSecret, confidential, 'client-secret-missing'],
    ['a secret of a public client', withSecret('old'), publicClient, 'client-secret-wrong'],
    [
      'a confidential client without secrets',
      withSecret(''),
      { ...confidential, secrets: [] },
      'client-secret-wrong',
    ],
    ['an unknown client', withSecret('old'), null, 'client-unknown'],
    ['an unknown client whose secret is empty', withSecret(''), null, 'client-unknown'],
    ['an unknown client without secret', withoutSecret, null, 'client-unknown'],
  ] as const)('refuses %s', (_fault, credentials, client, reason) => {
    expect(checkClient(credentials, client)).toMatchObject({ ok: false, error: { reason } })
  })

  it('T28: remembers whether the Basic header was used', () => {
    expect(checkClient({ method: 'basic', clientId: 'a', secret: 'x' }, null)).toMatchObject({
      error: { usedBasic: true },
    })
    expect(checkClient(withSecret('x'), null)).toMatchObject({ error: { usedBasic: false } })
  })
})
