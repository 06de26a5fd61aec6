import { describe, expect, it } from 'vitest'
import type { Grant } from '../grant.ts'
import type { ClientId, GrantId } from '../ids.ts'
import { checkPoll, type PolledRequest } from './device-code.ts'

const NOW = 1_800_000_000
const CLIENT = 'c'.repeat(32) as ClientId
const OTHER = 'd'.repeat(32) as ClientId
const ISSUER = 'https://data.example'

const grant: Grant = {
  grantId: 'a'.repeat(32) as GrantId,
  userId: 'carol',
  scopes: { access: 'full' },
  resource: null,
  refreshEndsAt: null,
  endedAt: null,
}
const approved = { kind: 'approved', grant, ttlSeconds: 900 } as const
const requestWith = (state: PolledRequest['state'], expiresAt = NOW + 1): PolledRequest => ({
  clientId: CLIENT,
  expiresAt,
  state,
})
const check = (request: PolledRequest, clientId = CLIENT, form = {}) =>
  checkPoll(request, { form: new URLSearchParams(form), clientId, issuer: ISSUER, now: NOW })
const reason = (...call: Parameters<typeof check>) => {
  const checked = check(...call)
  return checked.ok ? 'ok' : checked.error.reason
}

describe('checkPoll', () => {
  it('lets the client of an approved request have its token', () => {
    expect(check(requestWith(approved))).toEqual({ ok: true, value: approved })
  })

  it('T76: lets no other client have it, nor learn how it stands', () => {
    for (const state of [approved, { kind: 'pending' }, { kind: 'denied' }] as const) {
      expect(reason(requestWith(state), OTHER)).toBe('device-code-of-another-client')
    }
  })

  it('T78: tells apart what came of a request', () => {
    expect(reason(requestWith({ kind: 'pending' }))).toBe('device-pending')
    expect(reason(requestWith({ kind: 'denied' }))).toBe('device-denied')
    expect(reason(requestWith({ kind: 'used' }))).toBe('device-code-used')
    expect(reason(requestWith({ kind: 'pending' }, NOW))).toBe('device-code-expired')
    expect(reason(requestWith(approved, NOW))).toBe('device-code-expired')
    expect(reason(requestWith({ kind: 'denied' }, NOW))).toBe('device-denied')
    expect(reason(requestWith({ kind: 'used' }, NOW))).toBe('device-code-used')
  })

  it('gives nothing of a grant that was ended before the device fetched its token', () => {
    expect(reason(requestWith({ ...approved, grant: { ...grant, endedAt: NOW - 1 } }))).toBe('grant-ended')
  })

  it('T70: gives nothing for a resource outside the grant', () => {
    expect(reason(requestWith(approved), CLIENT, { resource: 'https://evil.example/' })).toBe(
      'resource-outside-grant',
    )
    expect(reason(requestWith(approved), CLIENT, { resource: ISSUER })).toBe('ok')
    expect(reason(requestWith(approved), CLIENT, { resource: `${ISSUER}/shop` })).toBe(
      'resource-outside-grant',
    )
    const bound = { ...approved, grant: { ...grant, resource: `${ISSUER}/shop` } }
    expect(reason(requestWith(bound), CLIENT, { resource: `${ISSUER}/other` })).toBe('resource-outside-grant')
  })
})
