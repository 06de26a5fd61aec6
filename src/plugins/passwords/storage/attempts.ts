import { sql, type Kysely } from 'kysely'
import { randomHex, type EpochSeconds, type Random } from '../../../plugin.ts'
import { LONGEST_WINDOW_SECONDS, type CountedSubject } from '../protocol/attempts.ts'
import type { PasswordTables } from './tables.ts'

export type AttemptOutcome =
  /** The password may be looked at. `attemptId` takes the attempt back when it was right. */
  | { readonly kind: 'counted'; readonly attemptId: string }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** Most attempts that no longer count, removed at one new attempt. */
const PURGE_BATCH = 100

/**
 * Tries of passwords. Each counts before its password is looked at and is taken back when the password was right, so that
 * any number of guesses at once finds no more than the limit.
 */
export class AttemptStore {
  readonly #db: Kysely<PasswordTables>
  readonly #random: Random

  constructor(db: Kysely<PasswordTables>, random: Random) {
    this.#db = db
    this.#random = random
  }

  /** Counts an attempt for all of these, unless one of them had too many. One statement counts and inserts. */
  async count(subjects: readonly CountedSubject[], now: EpochSeconds): Promise<AttemptOutcome> {
    const attemptId = randomHex(this.#random, 16)
    await this.#purge(now)
    const rows = subjects.map(({ subject }) => sql`(${subject})`)
    const allowed = subjects.flatMap(({ subject, limits }) =>
      limits.map(
        ({ attempts, seconds }) =>
          sql`(select count(*) from tapedeck_passwords_attempts where subject = ${subject} and at > ${now - seconds})
            < cast(${attempts} as bigint)`,
      ),
    )
    const added = await this.#db
      .insertInto('tapedeck_passwords_attempts')
      .columns(['attempt_id', 'subject', 'at'])
      .expression(
        sql`select ${attemptId}, column1, cast(${now} as bigint) from (values ${sql.join(rows)}) as subjects
          where ${sql.join(allowed, sql` and `)}`,
      )
      .executeTakeFirst()
    if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: 'counted', attemptId }
    return { kind: 'too-many', retryAfterSeconds: await this.#retryAfter(subjects, now) }
  }

  /** Takes an attempt back: the password was right. */
  async takeBack(attemptId: string): Promise<void> {
    await this.#db.deleteFrom('tapedeck_passwords_attempts').where('attempt_id', '=', attemptId).execute()
  }

  /** The longest that any full window still lasts. */
  async #retryAfter(subjects: readonly CountedSubject[], now: EpochSeconds): Promise<number> {
    let longest = 1
    for (const { subject, limits } of subjects) {
      for (const { attempts, seconds } of limits) {
        const { made, oldest } = await this.#db
          .selectFrom('tapedeck_passwords_attempts')
          .select(({ fn }) => [fn.countAll<number>().as('made'), fn.min('at').as('oldest')])
          .where('subject', '=', subject)
          .where('at', '>', now - seconds)
          .executeTakeFirstOrThrow()
        if (made >= attempts && oldest !== null) longest = Math.max(longest, oldest + seconds - now)
      }
    }
    return longest
  }

  async #purge(now: EpochSeconds): Promise<void> {
    await this.#db
      .deleteFrom('tapedeck_passwords_attempts')
      .where('attempt_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_passwords_attempts')
          .select('attempt_id')
          .where('at', '<=', now - LONGEST_WINDOW_SECONDS)
          .limit(PURGE_BATCH),
      )
      .execute()
  }
}
