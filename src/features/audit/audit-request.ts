import type { AuditFilter, AuditPlace } from '../../events/audit-search.ts'
import { fail, ok, type Result } from '../../result.ts'
import { parseMoment } from '../../ui/moment.ts'

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
  const since = parseMoment(textOf('since'), 'first')
  if (!since.ok) return fail({ parameter: 'since', message: since.error })
  const until = parseMoment(textOf('until'), 'last')
  if (!until.ok) return fail({ parameter: 'until', message: until.error })
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
      since: since.value,
      until: until.value,
    },
    before,
  })
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
