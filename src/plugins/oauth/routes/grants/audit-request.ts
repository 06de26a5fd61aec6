import { fail, ok, parseMoment, type Result } from '../../../../plugin.ts'
import type { AuditFilter, AuditPlace } from '../../storage/audit-search.ts'
import { AUDIT_EVENTS } from '../../storage/tables.ts'
import { textOf } from './grant-query.ts'

/** What is asked of the trail. `after` is where the page before ended; null for the first page. */
export type AuditRequest = { readonly filter: AuditFilter; readonly after: AuditPlace | null }

/** What is wrong, by the parameter that it stands in. */
export type AuditFault = {
  readonly parameter: 'event' | 'since' | 'until' | '_next'
  readonly message: string
}

/** The filter as it was sent; what is empty says nothing. */
export type AskedOfAudit = Readonly<Record<Exclude<keyof AuditFilter, 'of'>, string | null>>

/** Reads the filter without judging it. */
export function askedOfAudit(query: URLSearchParams): AskedOfAudit {
  return {
    actor: textOf(query, 'actor'),
    owner: textOf(query, 'owner'),
    client: textOf(query, 'client'),
    grant: textOf(query, 'grant'),
    event: textOf(query, 'event'),
    since: textOf(query, 'since'),
    until: textOf(query, 'until'),
  }
}

/** Reads the parameters of `/-/oauth/audit`. */
export function parseAuditRequest(query: URLSearchParams): Result<AuditRequest, AuditFault> {
  const asked = askedOfAudit(query)
  if (asked.event !== null && !AUDIT_EVENTS.some((event) => event === asked.event)) {
    return fail({ parameter: 'event', message: 'There is no such event. Choose one of the list.' })
  }
  const since = parseMoment(asked.since, 'first')
  if (!since.ok) return fail({ parameter: 'since', message: since.error })
  const until = parseMoment(asked.until, 'last')
  if (!until.ok) return fail({ parameter: 'until', message: until.error })
  if (since.value !== null && until.value !== null && until.value < since.value) {
    return fail({ parameter: 'until', message: 'This is before the beginning. Write a later moment.' })
  }
  const next = textOf(query, '_next')
  const { at, id } = /^(?<at>\d{1,12}),(?<id>[0-9a-f]{32})$/u.exec(next ?? '')?.groups ?? {}
  if (next !== null && (at === undefined || id === undefined)) {
    return fail({ parameter: '_next', message: '_next must be what the page before gave as next' })
  }
  return ok({
    filter: { ...asked, of: null, since: since.value, until: until.value },
    after: at === undefined || id === undefined ? null : { at: Number(at), entryId: id },
  })
}

/** Writes the place where a page ends. */
export function formatAuditPlace({ at, entryId }: AuditPlace): string {
  return `${at},${entryId}`
}
