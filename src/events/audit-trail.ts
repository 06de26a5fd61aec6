import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../clock.ts'
import type { Disk } from '../store/background-sync.ts'
import type { Store } from '../store/connect.ts'
import { searchAudit, type AuditFilter, type AuditPage, type AuditPlace } from './audit-search.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { AuditTables } from './audit-tables.ts'

/** How long an entry is kept, in seconds: 90 days. */
const AUDIT_KEPT_SECONDS = 90 * 86_400

/** Most rows that one statement writes; SQLite takes no more than 32,766 values in one. */
const MAX_ROWS_AT_ONCE = 1000

/** After this many new rows, or this long, some of what is too old goes; a batch is more than came, so that the trail shrinks. */
const PURGE_EVERY_ROWS = 100
const PURGE_EVERY_SECONDS = 3600
const PURGE_BATCH = 200

/**
 * The audit trail in the internal database: rows are added and never changed. What it costs a write does not grow with the
 * trail. What comes while the disk is at work on a commit is committed together after it, and synced once.
 */
export class AuditTrail {
  readonly #db: Kysely<AuditTables>
  readonly #disk: Disk
  #waiting: NewAuditEntry[] = []
  /** The commit that takes what waits; null when nothing does. */
  #next: Promise<void> | null = null
  /** Resolves when no commit is at work. */
  #last: Promise<void> = Promise.resolve()
  #rowsSincePurge = 0
  #lastPurge: EpochSeconds = 0

  constructor(store: Store, disk: Disk) {
    this.#db = store.$extendTables<AuditTables>()
    this.#disk = disk
  }

  /** Adds rows; resolves when they would survive a power cut. Fails when the internal database cannot be written to. */
  add(entries: readonly NewAuditEntry[], now: EpochSeconds): Promise<void> {
    this.#waiting.push(...entries)
    if (this.#next !== null) return this.#next
    const next = this.#last.then(() => this.#commitWaiting(now))
    this.#next = next
    this.#last = next.catch(() => {})
    return next
  }

  /** A page of entries, newest first, none that is older than they are kept. `before` is where the page before ended; null for the first. */
  search(filter: AuditFilter, before: AuditPlace | null, now: EpochSeconds): Promise<AuditPage> {
    return searchAudit(this.#db, filter, before, now - AUDIT_KEPT_SECONDS)
  }

  /** Waits for what is being added. */
  async settle(): Promise<void> {
    await this.#last
  }

  async #commitWaiting(now: EpochSeconds): Promise<void> {
    // What else comes in this turn of the event loop comes along.
    await nextTurn()
    const entries = this.#waiting
    this.#waiting = []
    this.#next = null
    const isPurgeDue = this.#isPurgeDue(entries.length, now)
    await this.#disk.write(async (db) => {
      const trail = db.$extendTables<AuditTables>()
      for (let at = 0; at < entries.length; at += MAX_ROWS_AT_ONCE) {
        const rows = entries.slice(at, at + MAX_ROWS_AT_ONCE)
        await trail.insertInto('tapedeck_audit').values(rows).execute()
      }
      if (isPurgeDue) await purge(trail, now - AUDIT_KEPT_SECONDS)
    })
  }

  #isPurgeDue(newRows: number, now: EpochSeconds): boolean {
    this.#rowsSincePurge += newRows
    if (this.#rowsSincePurge < PURGE_EVERY_ROWS && now - this.#lastPurge < PURGE_EVERY_SECONDS) return false
    this.#rowsSincePurge = 0
    this.#lastPurge = now
    return true
  }
}

async function purge(db: Kysely<AuditTables>, end: EpochSeconds): Promise<void> {
  await db
    .deleteFrom('tapedeck_audit')
    .where('entry_id', 'in', (select) =>
      select
        .selectFrom('tapedeck_audit')
        .select('entry_id')
        .where('at', '<=', end)
        .orderBy('at')
        .limit(PURGE_BATCH),
    )
    .execute()
}
