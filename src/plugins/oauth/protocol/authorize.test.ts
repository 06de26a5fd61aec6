import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { checkAuthorizationRequest, type AuthorizationInput } from './authorize.ts'
import type { Client } from './client.ts'
import type { ClientId, RedirectUri } from './ids.ts'

const REDIRECT = 'https://app.example/cb' as RedirectUri
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const confidential: Client = {
  clientId: 'a'.repeat(32) as ClientId,
  name: 'App',
  kind: 'confidential',
  redirectUris: [REDIRECT, 'https://app.example/second' as RedirectUri],
  createdBy: 'alice',
  createdAt: 0,
}
const publicClient: Client = { ...confidential, kind: 'public' }

const GOOD = {
  response_type: 'code',
  client_id: confidential.clientId,
  redirect_uri: REDIRECT,
  scope: '[["view-instance"]]',
  state: 's',
}

function check(
  parameters: Readonly<Record<string, string>> | URLSearchParams,
  changes: Partial<AuthorizationInput> = {},
) {
  return checkAuthorizationRequest({
    parameters: new URLSearchParams(parameters),
    client: confidential,
    findAction: (name) => CORE_ACTIONS.find((action) => action.name === name) ?? null,
    issuer: 'https://data.example',
    requirePkce: false,
    trialReturn: null,
    tokensAllowed: true,
    ...changes,
  })
}

const without = (name: string): URLSearchParams => {
  const parameters = new URLSearchParams(GOOD)
  parameters.delete(name)
  return parameters
}

const twice = (name: string, value: string): URLSearchParams => {
  const parameters = new URLSearchParams(GOOD)
  parameters.append(name, value)
  return parameters
}

const toClient = (reason: string, state: string | null = 's') => ({
  ok: false,
  error: { to: 'client', redirectUri: REDIRECT, state, fault: { reason } },
})

const toPage = (reason: string) => ({ ok: false, error: { to: 'page', reason } })
/** Nothing in it is an address. */
const mismatch = (difference: unknown = expect.stringMatching(/^differs in|^has /u)) => ({
  ok: false,
  error: {
    to: 'page',
    reason: 'redirect-uri-mismatch',
    clientId: confidential.clientId,
    difference,
  },
})

describe('checkAuthorizationRequest', () => {
  it('understands a good request', () => {
    expect(check({ ...GOOD, code_challenge: CHALLENGE, code_challenge_method: 'S256' })).toEqual({
      ok: true,
      value: {
        client: confidential,
        request: {
          clientId: confidential.clientId,
          redirectUri: REDIRECT,
          state: 's',
          scope: { access: 'listed', scopes: [{ scope: ['view-instance'], hasEffect: true }] },
          codeChallenge: CHALLENGE,
          resource: null,
          asksRefresh: false,
        },
      },
    })
  })

  it('T5: ignores parameters that it does not know', () => {
    expect(check({ ...GOOD, fly: 'high', prompt: 'none' }).ok).toBe(true)
  })

  it('T12: answers a request of an unknown client with a page', () => {
    expect(check(GOOD, { client: null })).toEqual(toPage('unknown-client'))
  })

  it.each(['https://app.example/cb/', 'https://evil.example/', 'javascript:alert(1)', ''])(
    'T12: answers the redirect URI %j, which is not registered, with a page',
    (redirectUri) => expect(check({ ...GOOD, redirect_uri: redirectUri })).toEqual(mismatch()),
  )

  it('T11: answers a request without redirect URI with a page, however many are registered', () => {
    expect(check(without('redirect_uri'))).toEqual(mismatch('has no redirect_uri'))
    const one = { ...confidential, redirectUris: [REDIRECT] }
    expect(check(without('redirect_uri'), { client: one })).toEqual(mismatch())
  })

  it('T57: sends no fault anywhere before client and redirect URI are proven', () => {
    const bad = {
      ...GOOD,
      prompt: 'none',
      response_type: 'token',
      scope: '[]',
      state: '',
      code_challenge: 'x',
    }
    expect(check(bad, { client: null })).toEqual(toPage('unknown-client'))
    expect(check({ ...bad, redirect_uri: 'https://evil.example/' })).toEqual(mismatch())
  })

  it('T6: answers a repeated redirect_uri with a page, also when both are registered', () => {
    expect(check(twice('redirect_uri', 'https://app.example/second'))).toEqual(mismatch())
    expect(check(twice('redirect_uri', REDIRECT))).toEqual(mismatch('has more than one redirect_uri'))
  })

  it.each([
    ['client_id', 'b'.repeat(32), 's'],
    ['response_type', 'code', 's'],
    ['scope', '[["view-table"]]', 's'],
    ['state', 't', null],
    ['resource', 'https://data.example', 's'],
  ])('T6: tells the client of a repeated %s', (name, value, state) => {
    const parameters = twice(name, value)
    if (name === 'resource') parameters.append(name, value)
    expect(check(parameters)).toMatchObject(toClient('parameter-repeated', state))
  })

  it('T6: tells the client of a repeated code_challenge', () => {
    const parameters = twice('code_challenge', CHALLENGE)
    parameters.append('code_challenge', CHALLENGE)
    parameters.append('code_challenge_method', 'S256')
    expect(check(parameters)).toMatchObject(toClient('parameter-repeated'))
  })

  it('T8: tells a missing response_type from one that is not supported', () => {
    expect(check(without('response_type'))).toEqual(toClient('response-type-missing'))
    expect(check({ ...GOOD, response_type: '' })).toEqual(toClient('response-type-missing'))
    expect(check({ ...GOOD, response_type: 'token' })).toEqual(toClient('response-type-unsupported'))
    expect(check({ ...GOOD, response_type: 'code token' })).toEqual(toClient('response-type-unsupported'))
  })

  it('needs a state, unless PKCE does its work', () => {
    expect(check(without('state'))).toEqual(toClient('state-missing', null))
    const guarded = without('state')
    guarded.set('code_challenge', CHALLENGE)
    guarded.set('code_challenge_method', 'S256')
    expect(check(guarded)).toMatchObject({ ok: true, value: { request: { state: null } } })
  })

  it('T7: treats an empty scope and an empty state as left out', () => {
    expect(check({ ...GOOD, state: '' })).toEqual(toClient('state-missing', null))
    expect(check({ ...GOOD, scope: '' })).toEqual(check(without('scope')))
  })

  it('T17: reads a request without scope as read', () => {
    const answer = check(without('scope'))
    const scope = answer.ok ? answer.value.request.scope : { access: 'full' as const }
    expect((scope.access === 'listed' ? scope.scopes : []).map(({ scope }) => scope[0])).toEqual([
      'view-instance',
      'view-database',
      'view-table',
      'view-query',
      'execute-sql',
    ])
  })

  it.each([
    '["view-instance"]',
    '[[]]',
    '[["a","b","c","d"]]',
    '{"a":1}',
    '[]',
    '[[1]]',
    '"view-instance"',
    'fly',
  ])('T15: refuses the scope %s', (scope) => {
    const answer = check({ ...GOOD, scope })
    expect(answer).toMatchObject({ ok: false, error: { to: 'client' } })
    expect(JSON.stringify(answer)).toContain('"reason":"scope-')
  })

  it('T44: a public client must use PKCE', () => {
    expect(check(GOOD, { client: publicClient })).toEqual(toClient('challenge-missing'))
  })

  it('asks nobody for what could never be used: a site without API tokens', () => {
    expect(check(GOOD, { tokensAllowed: false })).toEqual(toClient('tokens-switched-off'))
  })

  it('require_pkce asks it of confidential clients too', () => {
    expect(check(GOOD, { requirePkce: true })).toEqual(toClient('challenge-missing'))
  })

  it.each([
    [
      'the method plain',
      { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
      'challenge-method-unsupported',
    ],
    ['a challenge without method', { code_challenge: CHALLENGE }, 'challenge-method-unsupported'],
    [
      'an unknown method',
      { code_challenge: CHALLENGE, code_challenge_method: 's256' },
      'challenge-method-unsupported',
    ],
    ['the method plain alone', { code_challenge_method: 'plain' }, 'challenge-method-unsupported'],
    ['a method without challenge', { code_challenge_method: 'S256' }, 'challenge-malformed'],
  ])('T46: refuses %s', (_fault, parameters, reason) => {
    expect(check({ ...GOOD, ...parameters })).toEqual(toClient(reason))
  })

  it.each(['a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(42)}+`])(
    'T51: refuses the challenge %s',
    (challenge) => {
      expect(check({ ...GOOD, code_challenge: challenge, code_challenge_method: 'S256' })).toEqual(
        toClient('challenge-malformed'),
      )
    },
  )

  it.each(['/-/mcp', 'https://data.example/#x', 'https://other.example/'])(
    'T69: refuses the resource %s',
    (resource) => {
      expect(check({ ...GOOD, resource })).toEqual(toClient('resource-unknown'))
    },
  )

  it('remembers a resource that is this server', () => {
    expect(check({ ...GOOD, resource: 'https://data.example/-/mcp' })).toMatchObject({
      value: { request: { resource: 'https://data.example/-/mcp' } },
    })
  })

  it('checks in the documented order', () => {
    const faults = {
      response_type: 'token',
      state: '',
      scope: '[]',
      code_challenge_method: 'plain',
      resource: 'nowhere',
    }
    const order = [
      ['response_type', 'response-type-unsupported'],
      ['state', 'state-missing'],
      ['scope', 'scope-empty'],
      ['code_challenge_method', 'challenge-method-unsupported'],
      ['resource', 'resource-unknown'],
    ] as const
    const parameters = new URLSearchParams({ ...GOOD, ...faults })
    for (const [name, reason] of order) {
      expect(check(parameters)).toMatchObject({ error: { fault: { reason } } })
      const good = new URLSearchParams(GOOD).get(name)
      if (good === null) parameters.delete(name)
      else parameters.set(name, good)
    }
    expect(check(parameters).ok).toBe(true)
  })
})
