import { HttpError, readForm, type AppContext, type Route } from '../../../plugin.ts'
import { accountOf, type Accounts } from '../accounts.ts'
import { ChangePasswordPage } from '../pages/change-password-page.tsx'
import { changeSubjects } from '../protocol/attempts.ts'
import type { NewPasswordRefusal } from '../protocol/password-refusal.ts'
import type { User } from '../storage/users.ts'
import { checkPassword } from './check-password.ts'
import { readNewPassword } from './new-password.ts'
import { isReadable, MAX_FORM_BYTES, showPage } from './password-page.ts'
import { CHANGE_PASSWORD_PATH } from './paths.ts'
import { startSession } from './start-session.ts'

/** Changing one's own password, which takes the old one. */
export function changePasswordRoutes(accounts: Accounts): readonly Route[] {
  const forPerson = { path: CHANGE_PASSWORD_PATH, allow: { who: 'person', action: null } } as const
  return [
    {
      method: 'GET',
      ...forPerson,
      handle: async (c) => showChange(accounts, c, await requireUser(accounts, c), null),
    },
    { method: 'POST', ...forPerson, crossSite: 'never', handle: (c) => change(accounts, c) },
  ]
}

async function change(accounts: Accounts, c: AppContext): Promise<Response> {
  const { hasher, host, users } = accounts
  const user = await requireUser(accounts, c)
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  const current = form.get('password') ?? ''
  const refuse = (refusal: NewPasswordRefusal) => showChange(accounts, c, user, refusal)

  const checked = await checkPassword(accounts, c, {
    password: current,
    hash: user.passwordHash,
    subjects: changeSubjects(user.name),
  })
  if (!checked.ok) return refuse(checked.error)
  const { password, fault } = readNewPassword(c, form, user.name)
  if (fault !== null) return refuse({ kind: 'unusable', fault })
  if (password === current) return refuse({ kind: 'unusable', fault: 'same' })
  const hash = await hasher.hash(password)
  if (!hash.ok) return refuse({ kind: 'busy' })
  if (!(await users.changePassword(user.name, checked.value, hash.value, host.clock.now()))) {
    return refuse({ kind: 'wrong' })
  }

  host.log.info({ actor_id: user.name }, 'passwords.changed')
  await host.sessions.endAllOf(user.name)
  if (!(await startSession(accounts, c, user.name, hash.value))) return refuse({ kind: 'wrong' })
  host.say(c, { text: 'Your password was changed', kind: 'info' })
  return c.redirect(host.urls.path('/'), 303)
}

/** The account of whoever is signed in. Somebody who signs in elsewhere has none. */
async function requireUser(accounts: Accounts, c: AppContext): Promise<User> {
  const user = await accountOf(accounts, c.get('actor'))
  if (user === null) throw new HttpError(404, 'You have no password on this site: you sign in elsewhere')
  return user
}

function showChange(
  { host }: Accounts,
  c: AppContext,
  user: User,
  refusal: NewPasswordRefusal | null,
): Promise<Response> {
  const body = (
    <ChangePasswordPage
      action={host.urls.path(CHANGE_PASSWORD_PATH)}
      homePath={host.urls.path('/')}
      name={user.name}
      refusal={refusal}
      isReadable={isReadable(host, c)}
    />
  )
  return showPage(host, c, { title: 'Change your password', body, refusal })
}
