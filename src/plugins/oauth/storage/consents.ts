import type { Kysely, Transaction } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { Client } from '../protocol/client.ts'
import type { CodeChallenge, RedirectUri, SecretHash } from '../protocol/ids.ts'
import { insertGrant, type NewGrant, type StillSignedIn } from './grants.ts'
import type { OAuthTables } from './tables.ts'
import { saveDocumentClient } from './unvouched-clients.ts'

/** The consent page that is being decided. */
export type DecidedPage = { readonly nonceHash: SecretHash; readonly expiresAt: EpochSeconds }

/** What an approval creates: a grant, and the code that the client redeems for its first token. */
export type Approval = NewGrant & {
  /** The client as its document describes it; null for one that is registered. */
  readonly document: Client | null
  readonly code: {
    readonly hash: SecretHash
    readonly redirectUri: RedirectUri
    readonly codeChallenge: CodeChallenge | null
    readonly expiresAt: EpochSeconds
  }
}

/** `already-decided`: another request spent the page first, and nothing was changed by this one. */
export type DenialOutcome = 'recorded' | 'already-decided'

/**
 * `client-gone`: the client was deleted while the page was open; `challenge-missing`: it became public, and its request has no
 * challenge; `signed-out`: the session ended while the decision was on its way. Nothing was granted.
 */
export type ApprovalOutcome = DenialOutcome | 'client-gone' | 'challenge-missing' | 'signed-out'

/** Decisions of consent pages. Each page is decided once: the insert of its nonce is what decides a race. */
export class ConsentStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Spends the page and stores the grant with its code: all of it or nothing. */
  async approve(
    page: DecidedPage,
    approval: Approval,
    now: EpochSeconds,
    isStillSignedIn: StillSignedIn,
  ): Promise<ApprovalOutcome> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await isStillSignedIn(trx))) return 'signed-out'
      if (!(await spend(trx, page))) return 'already-decided'
      if (approval.document !== null) await saveDocumentClient(trx, approval.document, now)
      const client = await trx
        .selectFrom('tapedeck_oauth_clients')
        .select('client_type')
        .where('client_id', '=', approval.clientId)
        .executeTakeFirst()
      if (client === undefined) return 'client-gone'
      if (client.client_type === 'public' && approval.code.codeChallenge === null) return 'challenge-missing'
      await insertGrant(trx, approval, now)
      await trx
        .insertInto('tapedeck_oauth_codes')
        .values({
          code_hash: approval.code.hash,
          grant_id: approval.grantId,
          client_id: approval.clientId,
          redirect_uri: approval.code.redirectUri,
          code_challenge: approval.code.codeChallenge,
          expires_at: approval.code.expiresAt,
          used_at: null,
        })
        .execute()
      return 'recorded'
    })
  }

  /** Spends the page and grants nothing. */
  async deny(page: DecidedPage): Promise<DenialOutcome> {
    return (await spend(this.#db, page)) ? 'recorded' : 'already-decided'
  }
}

async function spend(
  db: Kysely<OAuthTables> | Transaction<OAuthTables>,
  page: DecidedPage,
): Promise<boolean> {
  const spent = await db
    .insertInto('tapedeck_oauth_consent_nonces')
    .values({ nonce_hash: page.nonceHash, expires_at: page.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (spent.numInsertedOrUpdatedRows ?? 0n) > 0n
}
