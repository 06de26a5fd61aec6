import { actorLabel, readForm, type AppContext, type Route } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import { InvitationOverPage } from '../pages/invitation-over-page.tsx'
import { InvitationPage, type InvitationPageProps } from '../pages/invitation-page.tsx'
import { invitationSubjects } from '../protocol/attempts.ts'
import {
  hashInvitation,
  parseInvitationToken,
  type InvitationHash,
  type InvitationToken,
} from '../protocol/ids.ts'
import type { User } from '../storage/users.ts'
import { readNewPassword } from './new-password.ts'
import { isReadable, MAX_FORM_BYTES, showPage } from './password-page.ts'
import { INVITATION_PATH } from './paths.ts'
import { startSession } from './start-session.ts'

/** The link that invites somebody. Looking at the page uses nothing up: programs that preview links do that, too. */
export function invitationRoutes(accounts: Accounts): readonly Route[] {
  const forInvited = { path: INVITATION_PATH, allow: { who: 'anyone' } } as const
  return [
    {
      method: 'GET',
      ...forInvited,
      handle: async (c) => {
        const invited = await findInvited(accounts, c.req.query('token') ?? '')
        return invited === null ? showOver(accounts, c) : showInvitation(accounts, c, invited, null)
      },
    },
    { method: 'POST', ...forInvited, crossSite: 'never', handle: (c) => accept(accounts, c) },
  ]
}

type Invited = { readonly user: User; readonly token: InvitationToken; readonly hash: InvitationHash }

async function accept(accounts: Accounts, c: AppContext): Promise<Response> {
  const { attempts, hasher, host, users } = accounts
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  const invited = await findInvited(accounts, form.get('token') ?? '')
  if (invited === null) return showOver(accounts, c)
  const refuse = (refusal: InvitationPageProps['refusal']) => showInvitation(accounts, c, invited, refusal)

  const attempt = await attempts.count(invitationSubjects(invited.hash), host.clock.now())
  if (attempt.kind === 'too-many') return refuse(attempt)
  const { name } = invited.user
  const { password, fault } = readNewPassword(c, form, name)
  if (fault !== null) return refuse({ kind: 'unusable', fault })
  const hash = await hasher.hash(password)
  if (!hash.ok) return refuse({ kind: 'busy' })
  if (!(await users.accept(invited.hash, hash.value, host.clock.now()))) return showOver(accounts, c)

  host.log.info({ actor_id: name }, 'passwords.invitation_accepted')
  // Whoever knew a password before does not stay.
  await host.sessions.endAllOf(name)
  if (!(await startSession(accounts, c, name, hash.value))) return showOver(accounts, c)
  host.say(c, { text: `Your password is set, and you are signed in as ${name}`, kind: 'info' })
  return c.redirect(host.urls.path('/'), 303)
}

async function findInvited({ host, users }: Accounts, text: string): Promise<Invited | null> {
  const token = parseInvitationToken(text)
  if (token === null) return null
  const hash = hashInvitation(token)
  const user = await users.findInvited(hash, host.clock.now())
  return user === null ? null : { user, token, hash }
}

function showInvitation(
  { host }: Accounts,
  c: AppContext,
  { user: { name, passwordHash }, token }: Invited,
  refusal: InvitationPageProps['refusal'],
): Promise<Response> {
  const actor = c.get('actor')
  const body = (
    <InvitationPage
      action={host.urls.path(INVITATION_PATH)}
      token={token}
      name={name}
      hasPassword={passwordHash !== null}
      signedInAs={actor === null || actor['id'] === name ? null : actorLabel(actor)}
      refusal={refusal}
      isReadable={isReadable(host, c)}
    />
  )
  return showPage(host, c, { title: 'Choose your password', isPassing: true, body, refusal })
}

function showOver({ host }: Accounts, c: AppContext): Promise<Response> {
  host.log.warn({ address: c.env.address }, 'passwords.invitation_refused')
  const body = <InvitationOverPage signInPath={host.urls.path('/-/sign-in')} />
  return showPage(host, c, { title: 'This link is over', isPassing: true, body, refusal: { kind: 'over' } })
}
