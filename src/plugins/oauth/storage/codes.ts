import type { Kysely } from 'kysely'
import { Statement, type EpochSeconds } from '../../../plugin.ts'
import type { IssuedCode } from '../protocol/grants/authorization-code.ts'
import type { SecretHash } from '../protocol/ids.ts'
import { GRANT_COLUMNS, grantLives, toGrant } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

type Db = Kysely<OAuthTables>

const FIND = new Statement((db: Db, { codeHash }: { readonly codeHash: SecretHash }) =>
  db
    .selectFrom('tapedeck_oauth_codes as code')
    .innerJoin('tapedeck_oauth_grants as grant', 'grant.grant_id', 'code.grant_id')
    .select(['code.client_id', 'code.redirect_uri', 'code.code_challenge', 'code.expires_at', 'code.used_at'])
    .select(GRANT_COLUMNS)
    .where('code.code_hash', '=', codeHash),
)

const REDEEM = new Statement(
  (db: Db, { codeHash, now }: { readonly codeHash: SecretHash; readonly now: EpochSeconds }) =>
    db
      .updateTable('tapedeck_oauth_codes')
      .set({ used_at: now })
      .where('code_hash', '=', codeHash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .where(grantLives('tapedeck_oauth_codes.grant_id')),
)

/** Authorization codes, by the hash of the code. */
export class CodeStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** The code with its grant, used and expired ones too, or null. */
  async find(codeHash: SecretHash): Promise<IssuedCode | null> {
    const row = await FIND.first(this.#db, { codeHash })
    if (row === null) return null
    return {
      clientId: row.client_id,
      redirectUri: row.redirect_uri,
      codeChallenge: row.code_challenge,
      expiresAt: row.expires_at,
      usedAt: row.used_at,
      grant: toGrant(row),
    }
  }

  /** Spends a code, in a transaction where one is given. Of any number of simultaneous calls, in any number of processes, one gets true: the UPDATE decides. */
  async redeem(codeHash: SecretHash, now: EpochSeconds, db = this.#db): Promise<boolean> {
    return (await REDEEM.run(db, { codeHash, now })) > 0
  }
}
