import { describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

describe('systemClock', () => {
  it('tells whole seconds, rounded down', () => {
    const spy = vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_999)
    expect(systemClock.now()).toBe(1_700_000_000)
    spy.mockRestore()
  })
})
