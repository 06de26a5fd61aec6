import { HttpError, readForm, type AppContext, type Route } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import { ChangePasswordPage } from '../pages/change-password-page.tsx'
import type { NewPasswordFault } from '../pages/new-password.tsx'
import { changeSubjects } from '../protocol/attempts.ts'
import { parseUserName } from '../protocol/user-name.ts'
import type { User } from '../storage/users.ts'
import { checkPassword, type PasswordRefusal } from './check-password.ts'
import { readNewPassword } from './new-password.ts'
import { isReadable, MAX_FORM_BYTES, showPage } from './password-page.ts'
import { CHANGE_PASSWORD_PATH } from './paths.ts'
import { refusalWords } from './refusal-words.ts'
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
    { method: 'POST', ...forPerson, handle: (c) => change(accounts, c) },
  ]
}

async function change(accounts: Accounts, c: AppContext): Promise<Response> {
  const { hasher, host, users } = accounts
  const user = await requireUser(accounts, c)
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  const { password, fault } = readNewPassword(c, form, user.name)
  if (fault !== null) return showChange(accounts, c, user, { kind: 'unusable', fault })

  const checked = await checkPassword(accounts, {
    password: form.get('password') ?? '',
    hash: user.passwordHash,
    subjects: changeSubjects(user.name),
  })
  if (!checked.ok) return showChange(accounts, c, user, checked.error)
  const hash = await hasher.hash(password)
  if (!hash.ok) return showChange(accounts, c, user, { kind: 'busy' })
  if (!(await users.changePassword(user.name, checked.value, hash.value, host.clock.now()))) {
    return showChange(accounts, c, user, { kind: 'wrong' })
  }

  host.log.info({ actor_id: user.name }, 'passwords.changed')
  await host.sessions.endAllOf({ id: user.name })
  await startSession(accounts, c, user.name, hash.value)
  host.say(c, { text: 'Your password was changed', kind: 'info' })
  return c.redirect(host.urls.path('/'), 303)
}

/** The account of whoever is signed in. Somebody who signs in elsewhere has none. */
async function requireUser({ users }: Accounts, c: AppContext): Promise<User> {
  const name = parseUserName(c.get('actor')?.['id'])
  const user = name === null ? null : await users.find(name)
  if (user === null) throw new HttpError(404, 'You have no password on this site: you sign in elsewhere')
  return user
}

type ChangeRefusal = PasswordRefusal | { readonly kind: 'unusable'; readonly fault: NewPasswordFault }

function showChange(
  { host }: Accounts,
  c: AppContext,
  user: User,
  refusal: ChangeRefusal | null,
): Promise<Response> {
  const words = refusal === null || refusal.kind === 'unusable' ? null : refusalWords(refusal, WRONG)
  const body = (
    <ChangePasswordPage
      action={host.urls.path(CHANGE_PASSWORD_PATH)}
      homePath={host.urls.path('/')}
      name={user.name}
      currentError={words === null ? null : `${words.title}. ${words.advice}`}
      fault={refusal?.kind === 'unusable' ? refusal.fault : null}
      isReadable={isReadable(host, c)}
    />
  )
  return showPage(host, c, { title: 'Change your password', body, refusal })
}

const WRONG = {
  title: 'This is not your password',
  advice: 'Nothing was changed. Type it again, and the new one too.',
}
