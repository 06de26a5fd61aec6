import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../../permissions/core-actions.ts'
import { hashSecret, type ClientId, type GrantId } from '../ids.ts'
import { checkRefresh, type RefreshableGrant, type RefreshPresented } from './refresh-token.ts'

const NOW = 1_800_000_000
const clientId = 'c'.repeat(32) as ClientId
const grantId = 'a'.repeat(32) as GrantId
const [older, last, current, next] = ['older', 'last', 'current', 'next'].map(hashSecret) as [
  ReturnType<typeof hashSecret>,
  ReturnType<typeof hashSecret>,
  ReturnType<typeof hashSecret>,
  ReturnType<typeof hashSecret>,
]

const held = (changes: Partial<RefreshableGrant> = {}): RefreshableGrant => ({
  clientId,
  grant: {
    grantId,
    userId: 'carol',
    scopes: { access: 'listed', scopes: [['view-instance']] },
    resource: null,
    endedAt: null,
    refreshEndsAt: NOW + 1000,
  },
  currentHash: current,
  expiresAt: NOW + 100,
  previous: { hash: last, usedAt: NOW - 30 },
  ...changes,
})

const judge = (presented: Partial<RefreshPresented> = {}, row: RefreshableGrant | null = held()) => {
  const judged = checkRefresh(row, {
    tokenHash: current,
    nextHash: next,
    form: new URLSearchParams(),
    clientId,
    issuer: 'https://data.example',
    now: NOW,
    graceSeconds: 30,
    findAction: (name) => CORE_ACTIONS.find((action) => action.name === name) ?? null,
    ...presented,
  })
  return judged.ok ? judged.value.repeatedFrom : judged.error.reason
}

describe('checkRefresh', () => {
  it('accepts the present token', () => expect(judge()).toBeNull())

  it('T101: accepts the last one to the end of the grace, and tells when it was used', () => {
    expect(judge({ tokenHash: last, nextHash: current })).toBe(NOW - 30)
    expect(judge({ tokenHash: last, nextHash: current, now: NOW + 1 })).toBe('refresh-token-reused')
    expect(judge({ tokenHash: last, nextHash: current, graceSeconds: 29 })).toBe('refresh-token-reused')
  })

  it('T101: calls any other reuse, and says so before it looks at the rest of the request', () => {
    const form = new URLSearchParams({ scope: 'fly', resource: 'https://else.example' })
    expect(judge({ tokenHash: older, form })).toBe('refresh-token-reused')
    expect(judge({ tokenHash: last, form }, held({ previous: null }))).toBe('refresh-token-reused')
  })

  it('T101: never accepts a token of a grant that has ended, and calls nothing reuse there', () => {
    const ended = held({ grant: { ...held().grant, endedAt: NOW - 1 } })
    for (const tokenHash of [current, last, older]) expect(judge({ tokenHash }, ended)).toBe('grant-ended')
  })

  it('T103: refuses what has expired, in the grace too', () => {
    expect(judge({}, held({ expiresAt: NOW }))).toBe('refresh-token-expired')
    expect(judge({ tokenHash: last, nextHash: current }, held({ expiresAt: NOW }))).toBe(
      'refresh-token-expired',
    )
  })

  it('T32: tells another client nothing, and takes no reuse from it', () => {
    const other = 'd'.repeat(32) as ClientId
    for (const tokenHash of [current, last, older]) {
      expect(judge({ tokenHash, clientId: other })).toBe('refresh-token-of-another-client')
    }
    expect(judge({}, null)).toBe('refresh-token-unknown')
  })

  it('forks nothing when the successor can no longer be computed', () => {
    expect(judge({ tokenHash: last, nextHash: next })).toBe('refresh-token-lost-race')
  })
})
