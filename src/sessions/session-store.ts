import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Actor } from '../auth/actor.ts'
import { personIdOf, storePersonId, type PersonId } from '../auth/person-id.ts'
import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonValue } from '../http/json.ts'
import type { Store } from '../store/connect.ts'
import {
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

/** Most expired rows that one sign-in removes. */
const PURGE_BATCH = 100

/** The tables of the sessions, as an owner of migrations. */
export const sessionMigrations: {
  readonly name: string
  readonly migrations: Readonly<Record<string, Migration>>
} = {
  name: 'sessions',
  migrations: {
    '0001-sessions': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_sessions')
          .addColumn('session_id', 'text', (column) => column.primaryKey())
          .addColumn('owner', 'text')
          .addColumn('actor', 'text', (column) => column.notNull())
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .addColumn('expires_at', 'bigint', (column) => column.notNull())
          .addColumn('address', 'text', (column) => column.notNull())
          .addColumn('user_agent', 'text')
          .addColumn('issuer', 'text')
          .addColumn('subject', 'text')
          .addColumn('sid', 'text')
          .addColumn('id_token', 'text')
          .execute()
        for (const [name, columns] of [
          ['owner', ['owner']],
          ['expires_at', ['expires_at']],
          ['sid', ['issuer', 'sid']],
          ['subject', ['issuer', 'subject']],
        ] as const) {
          await db.schema
            .createIndex(`tapedeck_sessions_by_${name}`)
            .on('tapedeck_sessions')
            .columns([...columns])
            .execute()
        }
      },
    },
  },
}

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
      .executeTakeFirst()
    if (row === undefined) return null
    const actor: JsonValue = JSON.parse(row.actor)
    return isJsonObject(actor) ? { actor, expiresAt: row.expires_at } : null
  }

  /** Stores a new session, and removes some that have expired. */
  async create(
    sessionId: string,
    { actor, upstream }: SignIn,
    origin: SessionOrigin,
    now: EpochSeconds,
  ): Promise<void> {
    const owner = personIdOf(actor)
    await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('session_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_sessions')
          .select('session_id')
          .where('expires_at', '<=', now)
          .limit(PURGE_BATCH),
      )
      .execute()
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
  }

  /** Prolongs a session that still lasts. False when it was ended meanwhile. */
  async renew(sessionId: string, now: EpochSeconds): Promise<boolean> {
    const renewed = await this.#db
      .updateTable('tapedeck_sessions')
      .set({ expires_at: now + SESSION_TTL_SECONDS })
      .where('session_id', '=', sessionId)
      .where('expires_at', '>', now)
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

  /** Ends every session of a person, and tells how many. */
  async endAll(owner: PersonId): Promise<number> {
    const ended = await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('owner', '=', storePersonId(owner))
      .executeTakeFirst()
    return Number(ended.numDeletedRows)
  }

  /** Ends what a provider says that it has ended, and tells how many sessions that were. */
  async endUpstream(issuer: string, ended: EndedUpstream): Promise<number> {
    const [column, value] =
      'sid' in ended ? (['sid', ended.sid] as const) : (['subject', ended.subject] as const)
    const gone = await this.#db
      .deleteFrom('tapedeck_sessions')
      .where('issuer', '=', issuer)
      .where(column, '=', value)
      .executeTakeFirst()
    return Number(gone.numDeletedRows)
  }

  /** The sessions of a person that last, newest first. */
  async listOf(owner: PersonId, now: EpochSeconds): Promise<readonly SessionSummary[]> {
    const rows = await this.#db
      .selectFrom('tapedeck_sessions')
      .select(['session_id', 'created_at', 'expires_at', 'address', 'user_agent'])
      .where('owner', '=', storePersonId(owner))
      .where('expires_at', '>', now)
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute()
    return rows.map((row) => ({
      id: row.session_id,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      address: row.address,
      userAgent: row.user_agent,
    }))
  }
}
