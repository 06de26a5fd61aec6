import type { Actor } from '../auth/actor.ts'
import type { Clock } from '../clock.ts'
import type { Logger } from '../log.ts'
import type { AppContext } from '../routing/context.ts'
import { auditEntries } from './audit-entry.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { EventDetails, TrackedEvent } from './event.ts'
import type { EventListeners } from './event-listeners.ts'

/**
 * Tells of what a request has done: a handler calls it once, after the commit and before its answer. It resolves when the audit
 * trail holds the events, so that whatever was answered is in the trail; plugins hear of them later, on their own time. It
 * never fails: what was done stays done, and a refusal would make the client do it again. `actor` is who did it, where that is
 * not the actor of the request. `outcome` is for what nobody knows whether it was done: the trail says so, and plugins are not told.
 */
export type TrackEvents = (
  c: AppContext,
  events: readonly EventDetails[],
  actor?: Actor | null,
  outcome?: 'unknown',
) => Promise<void>

export type TrackEventsDeps = {
  readonly trail: AuditTrail
  readonly listeners: EventListeners
  readonly clock: Clock
  readonly log: Logger
}

/** Makes the one way by which events reach the trail and the plugins. */
export function createTrackEvents({ trail, listeners, clock, log }: TrackEventsDeps): TrackEvents {
  return async (c, details, actor = c.get('actor'), outcome) => {
    if (details.length === 0) return
    const created = clock.now()
    const events = details.map((one): TrackedEvent => ({ ...one, created, actor }))
    const circumstances = { grant: c.get('grant'), address: c.env.address, outcome }
    const entries = events.flatMap((event) => auditEntries(event, circumstances))
    try {
      await trail.add(entries, created)
    } catch (error) {
      // The log is the trail then: an entry holds no value and no secret.
      log.error({ request_id: c.get('requestId')(), entries, err: error }, 'audit.failed')
    }
    if (outcome === 'unknown') return
    for (const event of events) listeners.tell(event)
  }
}
