/**
 * Accounts of this site's own, for people who have no provider to sign in at: a name, a password, an invitation by a link
 * that works once. Off until somebody is added.
 *
 * `protocol/` judges and does nothing else, `storage/` keeps rows, `routes/` reads requests and writes responses, `pages/`
 * is markup, `users-command.ts` is for whoever runs the server. Who is signed in is the host's affair.
 */
import { z } from 'zod'
import { definePlugin } from '../../plugin.ts'
import { accountOf } from './accounts.ts'
import { PasswordHasher } from './password-hasher.ts'
import { changePasswordRoutes } from './routes/change-password.tsx'
import { invitationRoutes } from './routes/invitation.tsx'
import { CHANGE_PASSWORD_PATH, SIGN_IN_PATH } from './routes/paths.ts'
import { signInRoutes } from './routes/sign-in.tsx'
import { AttemptStore } from './storage/attempts.ts'
import { passwordMigrations } from './storage/migrations.ts'
import type { PasswordTables } from './storage/tables.ts'
import { UserStore } from './storage/users.ts'
import { usersCommand } from './users-command.ts'

/** Local accounts. There is nothing to configure. */
export const passwordsPlugin = definePlugin({
  name: 'passwords',
  config: z.strictObject({}),
  actions: [],
  migrations: passwordMigrations,
  commands: [usersCommand],
  activate: (host) => {
    const db = host.store.$extendTables<PasswordTables>()
    const users = new UserStore(db)
    const hasher = new PasswordHasher(host.random)
    const accounts = { host, users, hasher, attempts: new AttemptStore(db, host.random) }
    return {
      routes: [...signInRoutes(accounts), ...changePasswordRoutes(accounts), ...invitationRoutes(accounts)],
      hooks: {
        signInLinks: async () =>
          (await users.areThere()) ? [{ label: 'Sign in with a password', path: SIGN_IN_PATH }] : [],
        menuLinks: async (actor) =>
          (await accountOf(accounts, actor)) === null
            ? []
            : [{ label: 'Change password', path: CHANGE_PASSWORD_PATH }],
      },
    }
  },
})
