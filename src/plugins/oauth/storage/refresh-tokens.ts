import type { Kysely } from 'kysely'
import { Statement, type EpochSeconds } from '../../../plugin.ts'
import type { RefreshableGrant } from '../protocol/grants/refresh-token.ts'
import type { GrantId, SecretHash } from '../protocol/ids.ts'
import { GRANT_COLUMNS, toGrant } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

type Db = Kysely<OAuthTables>

const FIND = new Statement((db: Db, { grantId }: { readonly grantId: GrantId }) =>
  db
    .selectFrom('tapedeck_oauth_grants as grant')
    .select([
      'grant.client_id',
      'grant.refresh_hash',
      'grant.refresh_previous_hash',
      'grant.refresh_rotated_at',
      'grant.refresh_expires_at',
    ])
    .select(GRANT_COLUMNS)
    .where('grant.grant_id', '=', grantId),
)

type Start = {
  readonly grantId: GrantId
  readonly first: SecretHash
  /** When `first` ends if nobody uses it. */
  readonly expiresAt: EpochSeconds
  /** When the last token of the grant ends, as for `GrantStore.fetched`. */
  readonly endsAt: EpochSeconds | null
}

const START = new Statement((db: Db, { endsAt, expiresAt, first, grantId }: Start) =>
  db
    .updateTable('tapedeck_oauth_grants')
    .set({ refresh_hash: first, refresh_expires_at: expiresAt, ends_at: endsAt })
    .where('grant_id', '=', grantId)
    .where('refresh_hash', 'is', null)
    .where('ended_at', 'is', null),
)

type Rotation = {
  readonly grantId: GrantId
  readonly used: SecretHash
  readonly next: SecretHash
  /** When `next` ends if nobody uses it. */
  readonly expiresAt: EpochSeconds
  readonly now: EpochSeconds
}

const ROTATE = new Statement((db: Db, { expiresAt, grantId, next, now, used }: Rotation) =>
  db
    .updateTable('tapedeck_oauth_grants')
    .set({
      refresh_hash: next,
      refresh_previous_hash: used,
      refresh_rotated_at: now,
      refresh_expires_at: expiresAt,
    })
    .where('grant_id', '=', grantId)
    .where('refresh_hash', '=', used)
    .where('refresh_expires_at', '>', now)
    .where('ended_at', 'is', null),
)

/**
 * Refresh tokens, as columns of the grant that owns them: the present one and the one before it. What ends the grant and what
 * uses the token are statements on one row, so one of them is first.
 */
export class RefreshTokenStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** The grant with its refresh token, ended and expired ones too; null when there is no such grant, or it never had one. */
  async find(grantId: GrantId): Promise<RefreshableGrant | null> {
    const row = await FIND.first(this.#db, { grantId })
    if (row === null || row.refresh_hash === null || row.refresh_expires_at === null) return null
    const { refresh_previous_hash: previousHash, refresh_rotated_at: usedAt } = row
    return {
      clientId: row.client_id,
      grant: toGrant(row),
      currentHash: row.refresh_hash,
      expiresAt: row.refresh_expires_at,
      previous: previousHash === null || usedAt === null ? null : { hash: previousHash, usedAt },
    }
  }

  /** Gives a grant its first refresh token. False when the grant has ended meanwhile. */
  async start(start: Start, db = this.#db): Promise<boolean> {
    return (await START.run(db, start)) > 0
  }

  /** Puts `next` in the place of a token. Of any number of simultaneous calls, in any number of processes, one gets true: the UPDATE decides. */
  async rotate(rotation: Rotation, db = this.#db): Promise<boolean> {
    return (await ROTATE.run(db, rotation)) > 0
  }
}
