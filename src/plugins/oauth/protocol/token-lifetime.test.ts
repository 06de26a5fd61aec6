import { describe, expect, it } from 'vitest'
import { defaultLifetime, lifetimeChoices, parseLifetime } from './token-lifetime.ts'

describe('lifetimeChoices', () => {
  it('goes from 15 minutes to 30 days, with an hour chosen at first', () => {
    expect(lifetimeChoices(null)).toEqual([900, 3600, 28_800, 86_400, 604_800, 2_592_000])
    expect(defaultLifetime(lifetimeChoices(null))).toBe(3600)
  })

  it('offers nothing longer than tokens may live', () => {
    expect(lifetimeChoices(28_800)).toEqual([900, 3600, 28_800])
    expect(lifetimeChoices(1000)).toEqual([900])
    expect(defaultLifetime(lifetimeChoices(1000))).toBe(900)
    expect(lifetimeChoices(60)).toEqual([60])
  })
})

describe('parseLifetime', () => {
  it('reads what was offered, and takes the default for nothing', () => {
    expect(parseLifetime('28800', lifetimeChoices(null))).toBe(28_800)
    expect(parseLifetime(null, lifetimeChoices(null))).toBe(3600)
  })

  it.each(['', '0', '-900', '901', '3600.0', '1e9', '99999999999', 'abc', '28800'])('refuses %j', (text) =>
    expect(parseLifetime(text, lifetimeChoices(3600))).toBeNull(),
  )
})
