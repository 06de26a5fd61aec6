import { isTokenActor, type Actor, type PluginHost } from '../../plugin.ts'
import { isUserName } from './protocol/user-name.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { AttemptStore } from './storage/attempts.ts'
import type { User, UserStore } from './storage/users.ts'

/** What the routes of this plugin work with. */
export type Accounts = {
  readonly host: PluginHost
  readonly users: UserStore
  readonly attempts: AttemptStore
  readonly hasher: PasswordHasher
}

/** The account of whoever acts; null for an API token, and for somebody who signs in elsewhere. */
export async function accountOf(
  { users }: Pick<Accounts, 'users'>,
  actor: Actor | null,
): Promise<User | null> {
  const id = actor?.['id']
  return actor !== null && !isTokenActor(actor) && isUserName(id) ? users.find(id) : null
}
