import type { EpochSeconds } from '../clock.ts'
import { fail, ok, type Result } from '../result.ts'

/**
 * Reads a moment in UTC that somebody typed into a filter, null for nothing; a day alone, and a minute alone, stand for their first or
 * their last second. The failure is a sentence for that person.
 */
export function parseMoment(text: string | null, end: 'first' | 'last'): Result<EpochSeconds | null, string> {
  if (text === null) return ok(null)
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?Z?)?$/u.exec(text)
  const [, day, minute, second] = parts ?? []
  const isFirst = end === 'first'
  const time = `${minute ?? (isFirst ? '00:00' : '23:59')}:${second ?? (isFirst ? '00' : '59')}`
  const at = day === undefined ? NaN : Date.parse(`${day}T${time}Z`)
  return Number.isNaN(at)
    ? fail('Write a day or a moment in UTC, like 2026-11-22 or 2026-11-22 12:40')
    : ok(at / 1000)
}
