import { sql, type Kysely, type QueryExecutorProvider } from 'kysely'
import type { Actor } from '../auth/actor.ts'
import { personIdOf, storePersonId, type PersonId } from '../auth/person-id.ts'
import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonValue } from '../http/json.ts'
import type { Store } from '../store/connect.ts'
import {
  SESSION_MAX_SECONDS,
  SESSION_TTL_SECONDS,
  type EndedUpstream,
  type SessionSummary,
  type SignIn,
  type Upstream,
} from './sessions.ts'

type SessionTables = {
  readonly tapedeck_sessions: {
    readonly session_id: string
    /** As `storePersonId` writes it; null for an actor without an id. */
    readonly owner: string | null
    /** The whole actor, JSON. */
    readonly actor: string
    readonly created_at: EpochSeconds
    readonly expires_at: EpochSeconds
    readonly address: string
    readonly user_agent: string | null
    readonly issuer: string | null
    readonly subject: string | null
    readonly sid: string | null
    readonly id_token: string | null
  }
}

/** Where a session began. */
export type SessionOrigin = { readonly address: string; readonly userAgent: string | null }

/** A session that lasts. */
export type LiveSession = { readonly actor: Actor; readonly expiresAt: EpochSeconds }

/** Most expired rows that are removed at a time. */
const PURGE_BATCH = 100

/** Most sessions of one person; a newer one ends the oldest. As many as their page shows. */
const MAX_SESSIONS = 100

/** Sessions in the internal database. An ended session is a row that is gone. */
export class SessionStore {
  readonly #db: Kysely<SessionTables>

  constructor(store: Store) {
    this.#db = store.$extendTables<SessionTables>()
  }

  /** The session of this id that has not expired, or null. One look-up by its key. */
  async find(sessionId: string, now: EpochSeconds): Promise<LiveSession | null> {
    const row = await this.#db
      .selectFrom('tapedeck_sessions')
      .select(['actor', 'expires_at'])
      .where('session_id', '=', sessionId)
      .where('expires_at', '>', now)
      .where('created_at', '>', now - SESSION_MAX_SECONDS)
      .executeTakeFirst()
    if (row === undefined) return null
    const actor: JsonValue = JSON.parse(row.actor)
    return isJsonObject(actor) ? { actor, expiresAt: row.expires_at } : null
  }

  /** Whether a session lasts, as the transaction `db` sees it: what that writes next cannot come after the session's end. */
  async isLiveIn(db: QueryExecutorProvider, sessionId: string, now: EpochSeconds): Promise<boolean> {
    const { rows } = await sql`
      select 1 from tapedeck_sessions
      where session_id = ${sessionId} and expires_at > ${now} and created_at > ${now - SESSION_MAX_SECONDS}
    `.execute(db)
    return rows.length > 0
  }

  /**
   * Stores a new session, and removes some that have expired. What is known of the person now holds for the sessions that they
   * began at the same provider, too.
   */
  async create(
    sessionId: string,
    { actor, upstream }: SignIn,
    origin: SessionOrigin,
    now: EpochSeconds,
  ): Promise<void> {
    const owner = personIdOf(actor)
    if (owner !== null) await this.#renewPerson(storePersonId(owner), upstream?.issuer ?? null, actor)
    await this.purge(now)
    await this.#db
      .insertInto('tapedeck_sessions')
      .values({
        session_id: sessionId,
        owner: owner === null ? null : storePersonId(owner),
        actor: JSON.stringify(actor),
        created_at: now,
        expires_at: now + SESSION_TTL_SECONDS,
        address: origin.address,
        user_agent: origin.userAgent,
        issuer: upstream?.issuer ?? null,
        subject: upstream?.subject ?? null,
        sid: upstream?.sid ?? null,
        id_token: upstream?.idToken ?? null,
      })
      .execute()
    if (owner !== null) await this.#endOldest(storePersonId(owner))
  }

  /** Removes some sessions that have expired, and gives their number. */
  async purge(now: EpochSeconds): Promise<number> {
    const gone = await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('session_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_sessions')
          .select('session_id')
          .where('expires_at', '<=', now)
          .limit(PURGE_BATCH),
      )
      .executeTakeFirst()
    return Number(gone.numDeletedRows)
  }

  async #renewPerson(owner: string, issuer: string | null, actor: Actor): Promise<void> {
    const known = JSON.stringify(actor)
    await this.#db
      .updateTable('tapedeck_sessions')
      .set({ actor: known })
      .where('owner', '=', owner)
      .where('issuer', issuer === null ? 'is' : '=', issuer)
      .where('actor', '<>', known)
      .execute()
  }

  async #endOldest(owner: string): Promise<void> {
    await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('session_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_sessions')
          .select('session_id')
          .where('owner', '=', owner)
          .orderBy('created_at', 'desc')
          .orderBy('session_id')
          .limit(PURGE_BATCH)
          .offset(MAX_SESSIONS),
      )
      .execute()
  }

  /** Prolongs a session that still lasts. False when it was ended meanwhile. */
  async renew(sessionId: string, now: EpochSeconds): Promise<boolean> {
    const renewed = await this.#db
      .updateTable('tapedeck_sessions')
      .set({ expires_at: now + SESSION_TTL_SECONDS })
      .where('session_id', '=', sessionId)
      .where('expires_at', '>', now)
      .where('created_at', '>', now - SESSION_MAX_SECONDS)
      .executeTakeFirst()
    return renewed.numUpdatedRows > 0n
  }

  /** Ends a session, and tells where its person signed in; null for here, and for a session that is gone. */
  async end(sessionId: string): Promise<Upstream | null> {
    const row = await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('session_id', '=', sessionId)
      .returning(['issuer', 'subject', 'sid', 'id_token'])
      .executeTakeFirst()
    if (row === undefined || row.issuer === null || row.subject === null) return null
    return { issuer: row.issuer, subject: row.subject, sid: row.sid, idToken: row.id_token }
  }

  /** Ends every session of a person. */
  async endAll(owner: PersonId): Promise<void> {
    await this.#db.deleteFrom('tapedeck_sessions').where('owner', '=', storePersonId(owner)).execute()
  }

  /**
   * Ends what a provider says that it has ended, and tells how many sessions that were. A session of the provider's that is
   * named is ended with those of its person that name none, since one of them may be it.
   */
  async endUpstream(issuer: string, { sid, subject }: EndedUpstream): Promise<number> {
    const gone = await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('issuer', '=', issuer)
      .where((where) => {
        if (sid === null) return where('subject', '=', subject)
        const unnamed = where('sid', 'is', null).and('subject', '=', subject)
        return subject === null ? where('sid', '=', sid) : where.or([where('sid', '=', sid), unnamed])
      })
      .executeTakeFirst()
    return Number(gone.numDeletedRows)
  }

  /** The sessions of a person that last, newest first. */
  async listOf(owner: PersonId, now: EpochSeconds): Promise<readonly SessionSummary[]> {
    const rows = await this.#db
      .selectFrom('tapedeck_sessions')
      .select(['session_id', 'created_at', 'address', 'user_agent'])
      .where('owner', '=', storePersonId(owner))
      .where('expires_at', '>', now)
      .orderBy('created_at', 'desc')
      .limit(MAX_SESSIONS)
      .execute()
    return rows.map((row) => ({
      id: row.session_id,
      createdAt: row.created_at,
      address: row.address,
      userAgent: row.user_agent,
    }))
  }
}
