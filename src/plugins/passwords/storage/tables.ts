import type { EpochSeconds } from '../../../plugin.ts'
import type { AttemptSubject, InvitationHash, PasswordHash, UserName } from '../protocol/ids.ts'

/** The tables of this plugin in the internal database. */
export type PasswordTables = {
  readonly tapedeck_passwords_users: {
    readonly name: UserName
    readonly created_at: EpochSeconds
    /** Null until an invitation was accepted. */
    readonly password_hash: PasswordHash | null
    readonly password_set_at: EpochSeconds | null
    /** The invitation that is open; null when there is none. */
    readonly invitation_hash: InvitationHash | null
    readonly invitation_expires_at: EpochSeconds | null
  }
  readonly tapedeck_passwords_attempts: {
    readonly attempt_id: string
    readonly subject: AttemptSubject
    readonly at: EpochSeconds
  }
}
