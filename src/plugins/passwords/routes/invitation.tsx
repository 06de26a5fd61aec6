import { actorLabel, Problem, readForm, type AppContext, type Route } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import { InvitationPage } from '../pages/invitation-page.tsx'
import type { NewPasswordFault } from '../pages/new-password.tsx'
import {
  hashInvitation,
  parseInvitationToken,
  type InvitationHash,
  type InvitationToken,
} from '../protocol/ids.ts'
import type { UserName } from '../protocol/user-name.ts'
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
    { method: 'POST', ...forInvited, handle: (c) => accept(accounts, c) },
  ]
}

type Invited = { readonly name: UserName; readonly token: InvitationToken; readonly hash: InvitationHash }

async function accept(accounts: Accounts, c: AppContext): Promise<Response> {
  const { hasher, host, users } = accounts
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  const invited = await findInvited(accounts, form.get('token') ?? '')
  if (invited === null) return showOver(accounts, c)
  const { name } = invited
  const { password, fault } = readNewPassword(c, form, name)
  if (fault !== null) return showInvitation(accounts, c, invited, fault)

  const hash = await hasher.hash(password)
  if (!hash.ok) return showInvitation(accounts, c, invited, 'busy')
  if (!(await users.accept(invited.hash, hash.value, host.clock.now()))) return showOver(accounts, c)

  host.log.info({ actor_id: name }, 'passwords.invitation_accepted')
  // Whoever knew a password before does not stay.
  await host.sessions.endAllOf({ id: name })
  await startSession(accounts, c, name, hash.value)
  host.say(c, { text: `Your password is set, and you are signed in as ${name}`, kind: 'info' })
  return c.redirect(host.urls.path('/'), 303)
}

async function findInvited({ host, users }: Accounts, text: string): Promise<Invited | null> {
  const token = parseInvitationToken(text)
  if (token === null) return null
  const hash = hashInvitation(token)
  const name = await users.findInvited(hash, host.clock.now())
  return name === null ? null : { name, token, hash }
}

function showInvitation(
  { host }: Accounts,
  c: AppContext,
  { name, token }: Invited,
  fault: NewPasswordFault | 'busy' | null,
): Promise<Response> {
  const actor = c.get('actor')
  const body = (
    <InvitationPage
      action={host.urls.path(INVITATION_PATH)}
      token={token}
      name={name}
      signedInAs={actor === null || actor['id'] === name ? null : actorLabel(actor)}
      fault={fault}
      isReadable={isReadable(host, c)}
    />
  )
  const refusal =
    fault === null ? null : fault === 'busy' ? ({ kind: fault } as const) : ({ kind: 'unusable' } as const)
  return showPage(host, c, { title: 'Choose your password', body, refusal })
}

function showOver({ host }: Accounts, c: AppContext): Promise<Response> {
  host.log.warn({ address: c.env.address }, 'passwords.invitation_refused')
  const body = (
    <Problem
      heading="This invitation is over"
      what="It was used, it is more than a week old, or a newer one took its place. Nothing was changed."
      next="If you have chosen your password, sign in. If not, ask whoever runs this site for a new link."
      code={null}
      requestId={null}
    />
  )
  return showPage(host, c, { title: 'This invitation is over', body, refusal: { kind: 'over' } })
}
