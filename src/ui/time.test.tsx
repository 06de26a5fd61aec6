import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { formatIso, formatUtc, Time } from './time.tsx'

const MOMENT = Date.UTC(2026, 10, 22, 12, 40, 7) / 1000

describe('formatUtc', () => {
  it('writes day, month, year and minute, and says that it is UTC', () => {
    expect(formatUtc(MOMENT)).toBe('22 Nov 2026, 12:40 UTC')
  })

  it('writes single digits of the day bare and of the hour with a zero', () => {
    expect(formatUtc(Date.UTC(2027, 0, 1, 3, 5) / 1000)).toBe('1 Jan 2027, 03:05 UTC')
  })
})

describe('formatIso', () => {
  it('writes the second, without fractions', () => {
    expect(formatIso(MOMENT)).toBe('2026-11-22T12:40:07Z')
  })
})

describe('Time', () => {
  it('keeps the exact second in the markup and in the tooltip', async () => {
    expect(await htmlText(<Time at={MOMENT} />)).toBe(
      '<time datetime="2026-11-22T12:40:07Z" title="2026-11-22 12:40:07 UTC">22 Nov 2026, 12:40 UTC</time>',
    )
  })
})
