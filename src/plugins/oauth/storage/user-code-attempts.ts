import { sql, type Kysely } from 'kysely'
import { randomHex, storePersonId, type EpochSeconds, type PersonId, type Random } from '../../../plugin.ts'
import { ATTEMPT_LIMITS, ATTEMPT_WINDOW_SECONDS, retryAfterSeconds } from '../protocol/user-code-attempts.ts'
import type { OAuthTables } from './tables.ts'

/** Who enters a code: the person, and the network that they are in. */
export type CodeHolder = { readonly personId: PersonId; readonly network: string }

export type AttemptOutcome =
  /** The code may be looked at. `attemptId` takes the attempt back when the code was right. */
  | { readonly kind: 'counted'; readonly attemptId: string }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/**
 * Tries of user codes. Each counts before its code is looked at and is taken back when the code was right, so that any
 * number of guesses at once finds no more than the limit.
 */
export class UserCodeAttemptStore {
  readonly #db: Kysely<OAuthTables>
  readonly #random: Random

  constructor(db: Kysely<OAuthTables>, random: Random) {
    this.#db = db
    this.#random = random
  }

  /** Counts an attempt, unless this person, this network or everybody together had too many. One statement counts and inserts. */
  async count(holder: CodeHolder, now: EpochSeconds): Promise<AttemptOutcome> {
    const personId = storePersonId(holder.personId)
    const { network } = holder
    const attemptId = randomHex(this.#random, 16)
    const since = now - ATTEMPT_WINDOW_SECONDS
    // There are never more than the limit, so this is short.
    await this.#db.deleteFrom('tapedeck_oauth_user_code_attempts').where('at', '<=', since).execute()
    const added = await this.#db
      .insertInto('tapedeck_oauth_user_code_attempts')
      .columns(['attempt_id', 'person_id', 'network', 'at'])
      .expression(
        sql`select ${attemptId}, ${personId}, ${network}, cast(${now} as bigint)
          where (select count(*) from tapedeck_oauth_user_code_attempts where person_id = ${personId} and at > ${since})
              < cast(${ATTEMPT_LIMITS.perPerson} as bigint)
            and (select count(*) from tapedeck_oauth_user_code_attempts where network = ${network} and at > ${since})
              < cast(${ATTEMPT_LIMITS.perNetwork} as bigint)
            and (select count(*) from tapedeck_oauth_user_code_attempts where at > ${since})
              < cast(${ATTEMPT_LIMITS.inTotal} as bigint)`,
      )
      .executeTakeFirst()
    if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: 'counted', attemptId }
    return { kind: 'too-many', retryAfterSeconds: await this.#retryAfter(personId, network, now) }
  }

  /** Takes an attempt back: the code was right. */
  async takeBack(attemptId: string): Promise<void> {
    await this.#db
      .deleteFrom('tapedeck_oauth_user_code_attempts')
      .where('attempt_id', '=', attemptId)
      .execute()
  }

  /** The longest that any full window still lasts. */
  async #retryAfter(personId: string, network: string, now: EpochSeconds): Promise<number> {
    const since = now - ATTEMPT_WINDOW_SECONDS
    const recent = this.#db
      .selectFrom('tapedeck_oauth_user_code_attempts')
      .select(({ fn }) => [fn.countAll<number>().as('attempts'), fn.min('at').as('oldest')])
      .where('at', '>', since)
    const windows = [
      [recent.where('person_id', '=', personId), ATTEMPT_LIMITS.perPerson],
      [recent.where('network', '=', network), ATTEMPT_LIMITS.perNetwork],
      [recent, ATTEMPT_LIMITS.inTotal],
    ] as const
    let longest = 1
    for (const [window, limit] of windows) {
      const { attempts, oldest } = await window.executeTakeFirstOrThrow()
      if (attempts >= limit && oldest !== null) longest = Math.max(longest, retryAfterSeconds(oldest, now))
    }
    return longest
  }
}
