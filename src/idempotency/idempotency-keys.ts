import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../clock.ts'
import { HttpError } from '../http/http-error.ts'
import type { Store } from '../store/connect.ts'
import { storeFaultOf } from '../store/store-fault.ts'

type Tables = {
  readonly tapedeck_idempotency_keys: {
    /** SHA-256 of whose key it is, for which table, and the key. */
    readonly id: string
    /** SHA-256 of who sent it. */
    readonly owner: string
    /** SHA-256 of the request. */
    readonly fingerprint: string
    /** Both null until the write is done. */
    readonly status: number | null
    readonly body: string | null
    /** Which answer of the owner it is, from 1, and the characters of those before it. Both null until the write is done. */
    readonly place: number | null
    readonly characters_before: number | null
    readonly created_at: EpochSeconds
    readonly expires_at: EpochSeconds
  }
}

/** What a request was answered with. */
export type KeptAnswer = { readonly status: number; readonly body: string }

/** A request with a key that has come before. */
export type EarlierRequest = {
  readonly fingerprint: string
  readonly since: EpochSeconds
  /** Null when it began to write and nobody wrote down how that ended. */
  readonly answer: KeptAnswer | null
}

/** A request that begins to write. */
export type Claim = { readonly id: string; readonly owner: string; readonly fingerprint: string }

/** How long an answer is kept. */
const TTL_SECONDS = 24 * 60 * 60

/** What is kept for one owner: the oldest answers go first. */
const MAX_KEYS = 10_000
const MAX_CHARACTERS = 32 * 1024 * 1024

/** Each so many claims old rows are removed, and at most so many. */
const PURGE_EVERY = 50
const PURGE_BATCH = 500

/**
 * The keys of requests that may be repeated, with the answer that each got. A row is made before the write and completed after it. What
 * begins to write and fails is taken away again, so a row without an answer that nobody works on is a write of unknown outcome.
 */
export class IdempotencyKeys {
  readonly #db: Kysely<Tables>
  readonly #running = new Set<string>()
  #claims = 0

  constructor(store: Store) {
    this.#db = store.$extendTables<Tables>()
  }

  /** Notes that this process works on the request of this id. False when it does already. */
  enter(id: string): boolean {
    if (this.#running.has(id)) return false
    this.#running.add(id)
    return true
  }

  /** Takes back what `enter` noted. */
  leave(id: string): void {
    this.#running.delete(id)
  }

  /** The request of this id that came before, or null. Throws a 503 when that cannot be found out now. */
  async find(id: string, now: EpochSeconds): Promise<EarlierRequest | null> {
    const row = await required(
      this.#db
        .selectFrom('tapedeck_idempotency_keys')
        .select(['fingerprint', 'status', 'body', 'created_at'])
        .where('id', '=', id)
        .where('expires_at', '>', now)
        .executeTakeFirst(),
    )
    if (row === undefined) return null
    const { body, created_at: since, fingerprint, status } = row
    return { fingerprint, since, answer: status === null || body === null ? null : { status, body } }
  }

  /**
   * Notes that a request begins to write. Of any number of simultaneous calls with one id one is true: the INSERT decides. Throws a 503 where it
   * cannot be noted: a key that nobody knows of protects nothing.
   */
  claim(claim: Claim, now: EpochSeconds): Promise<boolean> {
    return required(this.#claim(claim, now))
  }

  async #claim({ fingerprint, id, owner }: Claim, now: EpochSeconds): Promise<boolean> {
    if (this.#claims % PURGE_EVERY === 0) await this.purge(now)
    this.#claims += 1
    const row = {
      owner,
      fingerprint,
      status: null,
      body: null,
      place: null,
      characters_before: null,
      created_at: now,
      expires_at: now + TTL_SECONDS,
    }
    const claimed = await this.#db
      .insertInto('tapedeck_idempotency_keys')
      .values({ id, ...row })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(row).where('tapedeck_idempotency_keys.expires_at', '<=', now),
      )
      .executeTakeFirst()
    return (claimed.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  /**
   * Keeps the answer of a write that is done. Where the internal database cannot take it, the outcome stays unknown: the write is done all
   * the same, and a refusal would have the client do it again.
   */
  async finish(claim: Omit<Claim, 'fingerprint'>, answer: KeptAnswer): Promise<void> {
    await ifPossible(this.#keep(claim, answer))
  }

  async #keep({ id, owner }: Omit<Claim, 'fingerprint'>, { body, status }: KeptAnswer): Promise<void> {
    const newest = this.#db
      .selectFrom('tapedeck_idempotency_keys as newest')
      .where('owner', '=', owner)
      .where('place', 'is not', null)
      .orderBy('place', 'desc')
      .limit(1)
    const kept = await this.#db
      .updateTable('tapedeck_idempotency_keys')
      .set((row) => ({
        status,
        body,
        place: row.fn.coalesce(
          newest.select((last) => last('place', '+', 1).as('place')),
          row.val(1),
        ),
        characters_before: row.fn.coalesce(
          newest.select((last) =>
            last('characters_before', '+', last.fn<number>('length', ['body'])).as('characters'),
          ),
          row.val(0),
        ),
      }))
      .where('id', '=', id)
      .returning(['place', 'characters_before'])
      .executeTakeFirst()
    if (kept === undefined) return
    const characters = Number(kept.characters_before) + body.length
    await this.#dropOldestOf(owner, 'place', Number(kept.place) + 1 - MAX_KEYS)
    await this.#dropOldestOf(owner, 'characters_before', characters - MAX_CHARACTERS)
  }

  /** Forgets a request that has written nothing: it may be tried again. Where that is not possible, its refusal stands all the same. */
  async release(id: string): Promise<void> {
    await ifPossible(this.#db.deleteFrom('tapedeck_idempotency_keys').where('id', '=', id).execute())
  }

  /** Removes some keys whose time is over, and gives their number. */
  async purge(now: EpochSeconds): Promise<number> {
    const gone = await this.#db
      .deleteFrom('tapedeck_idempotency_keys')
      .where('id', 'in', (select) =>
        select
          .selectFrom('tapedeck_idempotency_keys')
          .select('id')
          .where('expires_at', '<=', now)
          .limit(PURGE_BATCH),
      )
      .executeTakeFirst()
    return Number(gone.numDeletedRows)
  }

  async #dropOldestOf(owner: string, column: 'place' | 'characters_before', below: number): Promise<void> {
    await this.#db
      .deleteFrom('tapedeck_idempotency_keys')
      .where('owner', '=', owner)
      .where(column, '<', below)
      .execute()
  }
}

async function required<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (storeFaultOf(cause) === null) throw cause
    const words = 'The Idempotency-Key cannot be noted just now. Nothing was changed; try again in a moment.'
    throw new HttpError(503, words, { cause, headers: { 'retry-after': '5' } })
  }
}

async function ifPossible(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (storeFaultOf(error) === null) throw error
  }
}
