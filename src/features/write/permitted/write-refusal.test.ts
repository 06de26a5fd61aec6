import { describe, expect, it } from 'vitest'
import type { WriteFailure } from '../../../database/database.ts'
import { UnknownOutcome, writeRefusal } from './write-refusal.ts'

describe('writeRefusal', () => {
  it.each<[WriteFailure, number, string | undefined]>([
    [{ reason: 'busy' }, 503, '1'],
    [{ reason: 'locked', message: 'locked' }, 503, '1'],
    [{ reason: 'full', message: 'full' }, 503, '60'],
    [{ reason: 'interrupted', timeLimitMs: 5 }, 400, undefined],
    [{ reason: 'sql', message: 'no such column: x' }, 400, undefined],
    [{ reason: 'immutable' }, 403, undefined],
    [{ reason: 'unpermitted', changes: [] }, 403, undefined],
    [{ reason: 'unmet' }, 409, undefined],
  ])('says when to come again, where that helps: %j', (failure, status, retryAfter) => {
    const refusal = writeRefusal(failure)
    expect([refusal.status, refusal.headers['Retry-After']]).toEqual([status, retryAfter])
    expect(refusal).not.toBeInstanceOf(UnknownOutcome)
  })

  it('does not say that nothing was changed where nobody knows', () => {
    const refusal = writeRefusal({ reason: 'in-doubt' })
    expect(refusal).toBeInstanceOf(UnknownOutcome)
    expect(refusal.message).toContain('may or may not')
  })
})
