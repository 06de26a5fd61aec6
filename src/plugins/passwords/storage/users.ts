import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { InvitationHash, PasswordHash, UserName } from '../protocol/ids.ts'
import { INVITATION_TTL_SECONDS } from '../protocol/invitation.ts'
import type { PasswordTables } from './tables.ts'

/** Somebody with an account here. */
export type User = {
  readonly name: UserName
  /** Null until they have chosen one. */
  readonly passwordHash: PasswordHash | null
  readonly passwordSetAt: EpochSeconds | null
  /** Null when no invitation is open. It may have expired. */
  readonly invitationExpiresAt: EpochSeconds | null
}

/** The accounts of this site. */
export class UserStore {
  readonly #db: Kysely<PasswordTables>

  constructor(db: Kysely<PasswordTables>) {
    this.#db = db
  }

  /** Whether anybody has an account. */
  async areThere(): Promise<boolean> {
    const row = await this.#db
      .selectFrom('tapedeck_passwords_users')
      .select('name')
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** The account of this name, or null. */
  async find(name: UserName): Promise<User | null> {
    const row = await this.#users().where('name', '=', name).executeTakeFirst()
    return row ?? null
  }

  /** Everybody, by name. */
  async list(): Promise<readonly User[]> {
    return this.#users().orderBy('name').execute()
  }

  /** Opens an account with an invitation. False when there is one of this name. */
  async add(name: UserName, invitation: InvitationHash, now: EpochSeconds): Promise<boolean> {
    const added = await this.#db
      .insertInto('tapedeck_passwords_users')
      .values({
        name,
        created_at: now,
        password_hash: null,
        password_set_at: null,
        invitation_hash: invitation,
        invitation_expires_at: now + INVITATION_TTL_SECONDS,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst()
    return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  /** Gives an account a new invitation in place of the one it may have. The password stays until the invitation is accepted. False when there is no such account. */
  async invite(name: UserName, invitation: InvitationHash, now: EpochSeconds): Promise<boolean> {
    const invited = await this.#db
      .updateTable('tapedeck_passwords_users')
      .set({ invitation_hash: invitation, invitation_expires_at: now + INVITATION_TTL_SECONDS })
      .where('name', '=', name)
      .executeTakeFirst()
    return invited.numUpdatedRows > 0n
  }

  /** Whose invitation this is; null for one that is used, expired, replaced or unknown. */
  async findInvited(invitation: InvitationHash, now: EpochSeconds): Promise<User | null> {
    const row = await this.#users()
      .where('invitation_hash', '=', invitation)
      .where('invitation_expires_at', '>', now)
      .executeTakeFirst()
    return row ?? null
  }

  /** Uses an invitation up for a password. Of any number of simultaneous calls one gets true: the UPDATE decides. */
  async accept(invitation: InvitationHash, password: PasswordHash, now: EpochSeconds): Promise<boolean> {
    const accepted = await this.#db
      .updateTable('tapedeck_passwords_users')
      .set({
        password_hash: password,
        password_set_at: now,
        invitation_hash: null,
        invitation_expires_at: null,
      })
      .where('invitation_hash', '=', invitation)
      .where('invitation_expires_at', '>', now)
      .executeTakeFirst()
    return accepted.numUpdatedRows > 0n
  }

  /** Replaces a password, unless it was replaced meanwhile. An invitation that is open ends: its link may be the reason for the change. */
  async changePassword(
    name: UserName,
    from: PasswordHash,
    to: PasswordHash,
    now: EpochSeconds,
  ): Promise<boolean> {
    const changed = await this.#db
      .updateTable('tapedeck_passwords_users')
      .set({ password_hash: to, password_set_at: now, invitation_hash: null, invitation_expires_at: null })
      .where('name', '=', name)
      .where('password_hash', '=', from)
      .executeTakeFirst()
    return changed.numUpdatedRows > 0n
  }

  /** Takes the password and the invitation away: nobody signs in to this account any more. False when there is none. */
  async shut(name: UserName): Promise<boolean> {
    const shut = await this.#db
      .updateTable('tapedeck_passwords_users')
      .set({ password_hash: null, password_set_at: null, invitation_hash: null, invitation_expires_at: null })
      .where('name', '=', name)
      .executeTakeFirst()
    return shut.numUpdatedRows > 0n
  }

  /** Forgets an account. */
  async remove(name: UserName): Promise<void> {
    await this.#db.deleteFrom('tapedeck_passwords_users').where('name', '=', name).execute()
  }

  #users() {
    return this.#db
      .selectFrom('tapedeck_passwords_users')
      .select([
        'name',
        'password_hash as passwordHash',
        'password_set_at as passwordSetAt',
        'invitation_expires_at as invitationExpiresAt',
      ])
  }
}
