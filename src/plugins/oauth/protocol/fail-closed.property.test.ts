import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { accessTokenPayload } from './access-token.ts'
import { readDecision } from './consent.ts'
import type { GrantId } from './ids.ts'
import { parseScopeRequest, type FindAction, type ScopeRequest } from './scope-request.ts'

const findAction: FindAction = (name) =>
  CORE_ACTIONS.find((action) => action.name === name || action.abbr === name) ?? null

/** Every right in the form "action at place", as the token carries it. */
function rightsOf(token: ReturnType<typeof accessTokenPayload>): readonly string[] | 'everything' {
  const { _r: restrictions } = token
  if (restrictions === undefined) return 'everything'
  const right = (...parts: readonly string[]) => JSON.stringify(parts)
  return [
    ...(restrictions.a ?? []).map((action) => right(action)),
    ...Object.entries(restrictions.d ?? {}).flatMap(([database, actions]) =>
      actions.map((action) => right(action, database)),
    ),
    ...Object.entries(restrictions.r ?? {}).flatMap(([database, tables]) =>
      Object.entries(tables).flatMap(([table, actions]) =>
        actions.map((action) => right(action, database, table)),
      ),
    ),
  ]
}

/** Every right that the page shows, in the same form. */
function rightsShown(request: ScopeRequest): ReadonlySet<string> {
  const lines = request.access === 'full' ? [] : request.scopes
  return new Set(
    lines.map(({ scope: [action, ...place] }) =>
      JSON.stringify([findAction(action)?.abbr ?? action, ...place]),
    ),
  )
}

function tokenFor(text: string, form: URLSearchParams, offered: readonly number[]) {
  const request = parseScopeRequest(text, findAction)
  if (!request.ok) return null
  const scopes = readDecision(request.value, offered, form)
  if (scopes === null) return null
  const grantId = 'a'.repeat(32) as GrantId
  const token = accessTokenPayload({ grantId, userId: 'carol', scopes, now: 0, ttlSeconds: null, findAction })
  return { request: request.value, token }
}

const everythingTicked = new URLSearchParams([
  ['full_access', 'on'],
  ...Array.from({ length: 100 }, (_, index): [string, string] => [`scope_${index}`, 'on']),
])
const everyLine = Array.from({ length: 100 }, (_, index) => index)

const part = fc.oneof(
  fc.constantFrom(
    ...CORE_ACTIONS.map((action) => action.name),
    'vt',
    'full-access',
    'offline_access',
    'read',
    'write',
  ),
  fc.constantFrom('db', '__proto__', 'constructor', '', 'a/b', 'a:b', '*'),
  fc.string({ unit: 'binary' }),
)
const almostScope = fc.array(part, { maxLength: 5 })
const scopeParameter = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.array(almostScope).map((scopes) => JSON.stringify(scopes)),
  fc.array(fc.oneof(almostScope, part, fc.jsonValue())).map((scopes) => JSON.stringify(scopes)),
  fc
    .array(almostScope)
    .map((scopes) => scopes.map(([action = '', ...place]) => `${action}:${place.join('/')}`).join(' ')),
  fc.array(part).map((words) => words.join(' ')),
)

describe('for any scope parameter', () => {
  it('the rights granted are among the rights displayed', () => {
    fc.assert(
      fc.property(scopeParameter, (text) => {
        const granted = tokenFor(text, everythingTicked, everyLine)
        if (granted === null || granted.request.access === 'full') return
        const shown = rightsShown(granted.request)
        const rights = rightsOf(granted.token)
        expect(rights).not.toBe('everything')
        for (const right of rights) expect(shown).toContain(right)
      }),
      { numRuns: 2000 },
    )
  })

  it('only a text that names full-access, with its own box ticked, gives a token without restrictions', () => {
    fc.assert(
      fc.property(scopeParameter, fc.boolean(), (text, isTicked) => {
        const form = new URLSearchParams(everythingTicked)
        if (!isTicked) form.delete('full_access')
        const granted = tokenFor(text, form, everyLine)
        if (granted === null || rightsOf(granted.token) !== 'everything') return
        expect(isTicked).toBe(true)
        expect(text).toContain('full-access')
      }),
      { numRuns: 2000 },
    )
  })

  it('a token with restrictions always restricts to something', () => {
    fc.assert(
      fc.property(scopeParameter, fc.subarray(everyLine), (text, offered) => {
        const granted = tokenFor(text, everythingTicked, offered)
        if (granted !== null) expect(rightsOf(granted.token).length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  it('the generator reaches grants of every kind', () => {
    const seen = new Set<string>()
    for (const text of fc.sample(scopeParameter, { numRuns: 3000, seed: 7 })) {
      const granted = tokenFor(text, everythingTicked, everyLine)
      seen.add(granted === null ? 'refused' : granted.request.access)
    }
    expect([...seen].sort()).toEqual(['full', 'listed', 'refused'])
  })
})
