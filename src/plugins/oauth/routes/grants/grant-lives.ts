import type { EpochSeconds } from '../../../../plugin.ts'
import type { AuditEntry } from '../../storage/audit-search.ts'

/** Whether the access that an entry is about still lasts, so that it has a page. */
export function isLive(grant: AuditEntry['grant'], now: EpochSeconds): boolean {
  return grant !== null && grant.endedAt === null && (grant.endsAt === null || grant.endsAt > now)
}
