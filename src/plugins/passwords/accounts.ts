import type { PluginHost } from '../../plugin.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { AttemptStore } from './storage/attempts.ts'
import type { UserStore } from './storage/users.ts'

/** What the routes of this plugin work with. */
export type Accounts = {
  readonly host: PluginHost
  readonly users: UserStore
  readonly attempts: AttemptStore
  readonly hasher: PasswordHasher
}
