import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../clock.ts'
import type { Store } from '../store/connect.ts'
import { searchAudit, type AuditFilter, type AuditPage, type AuditPlace } from './audit-search.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { AuditTables } from './audit-tables.ts'

/** How long an entry is kept, in seconds: 90 days. */
export const AUDIT_KEPT_SECONDS = 90 * 86_400

/** Most rows that one statement writes; SQLite takes no more than 32,766 values in one. */
const MAX_ROWS_AT_ONCE = 1000

/** After this many new rows, or this long, some of what is too old goes: twice as many as came, so that the trail shrinks. */
const PURGE_EVERY_ROWS = 100
const PURGE_EVERY_SECONDS = 3600
const PURGE_BATCH = 200

/**
 * The audit trail in the internal database: rows are added and never changed. What it costs a write does not grow with the
 * trail. Everything that is added in one turn of the event loop is committed together, and synced once.
 */
export class AuditTrail {
  readonly #db: Kysely<AuditTables>
  #waiting: NewAuditEntry[] = []
  #commit: Promise<void> | null = null
  #rowsSincePurge = 0
  #lastPurge: EpochSeconds = 0

  constructor(store: Store) {
    this.#db = store.$extendTables<AuditTables>()
  }

  /** Adds rows; resolves when they would survive a power cut. Fails when the internal database cannot be written to. */
  add(entries: readonly NewAuditEntry[], now: EpochSeconds): Promise<void> {
    this.#waiting.push(...entries)
    return (this.#commit ??= this.#commitTogether(now))
  }

  /** A page of entries, newest first, none that is older than they are kept. `before` is where the page before ended; null for the first. */
  search(filter: AuditFilter, before: AuditPlace | null, now: EpochSeconds): Promise<AuditPage> {
    return searchAudit(this.#db, filter, before, now - AUDIT_KEPT_SECONDS)
  }

  async #commitTogether(now: EpochSeconds): Promise<void> {
    await nextTurn()
    const entries = this.#waiting
    this.#waiting = []
    this.#commit = null
    for (let at = 0; at < entries.length; at += MAX_ROWS_AT_ONCE) {
      const rows = entries.slice(at, at + MAX_ROWS_AT_ONCE)
      await this.#db.insertInto('tapedeck_audit').values(rows).execute()
    }
    this.#rowsSincePurge += entries.length
    if (this.#rowsSincePurge < PURGE_EVERY_ROWS && now - this.#lastPurge < PURGE_EVERY_SECONDS) return
    this.#rowsSincePurge = 0
    this.#lastPurge = now
    await this.#purge(now)
  }

  async #purge(now: EpochSeconds): Promise<void> {
    await this.#db
      .deleteFrom('tapedeck_audit')
      .where('entry_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_audit')
          .select('entry_id')
          .where('at', '<=', now - AUDIT_KEPT_SECONDS)
          .orderBy('at')
          .limit(PURGE_BATCH),
      )
      .execute()
  }
}
