import type { EpochSeconds } from '../../clock.ts'
import type { AuditFilter, AuditPlace } from '../../events/audit-search.ts'
import { fail, ok, type Result } from '../../result.ts'

/** What is asked of the trail. */
export type AuditRequest = {
  readonly filter: AuditFilter
  /** Where the page before ended; null for the first page. */
  readonly before: AuditPlace | null
}

/** What is wrong, by the parameter that it stands in. */
export type AuditFault = { readonly parameter: 'since' | 'until' | '_next'; readonly message: string }

/** The parameters that say what to look for; an empty one says nothing. */
export const AUDIT_PARAMETERS = ['actor', 'client', 'database', 'table', 'event', 'since', 'until'] as const

/** Reads the parameters of `/-/audit`. */
export function parseAuditRequest(query: URLSearchParams): Result<AuditRequest, AuditFault> {
  const textOf = (name: string) => {
    const text = query.get(name)?.trim() ?? ''
    return text === '' ? null : text
  }
  const since = parseTime(textOf('since'), 'first')
  if (since === 'not-a-time') return fail({ parameter: 'since', message: NOT_A_TIME })
  const until = parseTime(textOf('until'), 'last')
  if (until === 'not-a-time') return fail({ parameter: 'until', message: NOT_A_TIME })
  const before = parsePlace(textOf('_next'))
  if (before === 'not-a-place') {
    return fail({ parameter: '_next', message: '_next must be what the page before gave as next' })
  }
  return ok({
    filter: {
      actor: textOf('actor'),
      client: textOf('client'),
      database: textOf('database'),
      table: textOf('table'),
      event: textOf('event'),
      since,
      until,
    },
    before,
  })
}

const NOT_A_TIME = 'Write a day or a moment in UTC, like 2026-11-22 or 2026-11-22 12:40'

/** Reads a moment in UTC; a day alone, and a minute alone, stand for their first or their last second. */
function parseTime(text: string | null, end: 'first' | 'last'): EpochSeconds | null | 'not-a-time' {
  if (text === null) return null
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?Z?)?$/u.exec(text)
  if (parts === null) return 'not-a-time'
  const [, day, minute, second] = parts
  const isFirst = end === 'first'
  const time = `${minute ?? (isFirst ? '00:00' : '23:59')}:${second ?? (isFirst ? '00' : '59')}`
  const at = Date.parse(`${day}T${time}Z`)
  return Number.isNaN(at) ? 'not-a-time' : at / 1000
}

/** Writes the place where a page ends. */
export function formatPlace({ at, entryId }: AuditPlace): string {
  return `${at},${entryId}`
}

function parsePlace(text: string | null): AuditPlace | null | 'not-a-place' {
  if (text === null) return null
  const parts = /^(\d{1,12}),(\d{1,15})$/u.exec(text)
  return parts === null ? 'not-a-place' : { at: Number(parts[1]), entryId: Number(parts[2]) }
}
