import {
  countedNetwork,
  HttpError,
  parseCookies,
  parseLocalPath,
  readForm,
  siteNetwork,
  type AppContext,
  type LocalPath,
  type Route,
} from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import { SignInPage } from '../pages/sign-in-page.tsx'
import { signInSubjects } from '../protocol/attempts.ts'
import { KNOWN_BROWSER_COOKIE, parseKnownBrowser } from '../protocol/known-browser.ts'
import type { PasswordRefusal } from '../protocol/password-refusal.ts'
import { parseUserName } from '../protocol/user-name.ts'
import { checkPassword } from './check-password.ts'
import { showPage, isReadable, MAX_FORM_BYTES } from './password-page.ts'
import { SIGN_IN_PATH } from './paths.ts'
import { refusalWords } from '../pages/refusal-words.ts'
import { startSession } from './start-session.ts'

/** Signing in with a name and a password. */
export function signInRoutes(accounts: Accounts): readonly Route[] {
  const atSignIn = { path: SIGN_IN_PATH, allow: { who: 'anyone' } } as const
  return [
    {
      method: 'GET',
      ...atSignIn,
      handle: async (c) => {
        await requireUsers(accounts)
        return showSignIn(accounts, c, { name: '', next: parseLocalPath(c.req.query('next') ?? '') }, null)
      },
    },
    { method: 'POST', ...atSignIn, crossSite: 'never', handle: (c) => signIn(accounts, c) },
  ]
}

async function signIn(accounts: Accounts, c: AppContext): Promise<Response> {
  const { host, users } = accounts
  await requireUsers(accounts)
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  const typed = { name: form.get('name') ?? '', next: parseLocalPath(form.get('next') ?? '') }
  const name = parseUserName(typed.name)
  // What can be nobody's name is told so without a look: it says nothing of who has an account.
  if (name === null) return showSignIn(accounts, c, typed, { kind: 'wrong' })

  const user = await users.find(name)
  const hash = user?.passwordHash ?? null
  const cookie = parseCookies(c.req.header('cookie')).get(KNOWN_BROWSER_COOKIE)
  const checked = await checkPassword(accounts, c, {
    password: form.get('password') ?? '',
    hash,
    subjects: signInSubjects(name, {
      browserId: parseKnownBrowser(cookie, name, hash, host.signer),
      network: countedNetwork(c.env.address),
      site: siteNetwork(c.env.address),
    }),
  })
  if (!checked.ok) return showSignIn(accounts, c, typed, checked.error)
  // The password may have been changed, or the account closed, while this was under way.
  if (!(await startSession(accounts, c, name, checked.value))) {
    return showSignIn(accounts, c, typed, { kind: 'wrong' })
  }
  c.header('cache-control', 'no-store')
  return c.redirect(typed.next ?? host.urls.path('/'), 303)
}

/** Off unless a user exists. */
async function requireUsers({ users }: Accounts): Promise<void> {
  if (!(await users.areThere())) throw new HttpError(404, 'Nobody has a password on this site')
}

function showSignIn(
  { host }: Accounts,
  c: AppContext,
  typed: { readonly name: string; readonly next: LocalPath | null },
  refusal: PasswordRefusal | null,
): Promise<Response> {
  const body = (
    <SignInPage
      action={host.urls.path(SIGN_IN_PATH)}
      {...typed}
      problem={refusal === null ? null : refusalWords(refusal, WRONG)}
      isReadable={isReadable(host, c)}
    />
  )
  return showPage(host, c, { title: 'Sign in with a password', isPassing: true, body, refusal })
}

const WRONG = {
  title: 'The name or the password is wrong',
  advice: 'You are not signed in. Look at both and send them again.',
}
