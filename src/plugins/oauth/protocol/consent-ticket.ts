/**
 * The hidden field that binds a decision to the consent page that was shown: a signed copy of the request, for one
 * person in one browser session, for a short time, usable once. The form beside it can only narrow.
 */
import { z } from 'zod'
import { fail, ok, type EpochSeconds, type Result, type Signer } from '../../../plugin.ts'
import type { AuthorizationRequest } from './authorize.ts'
import { isClientId, type SessionHash } from './ids.ts'
import { isPersonId, type PersonId } from './person-id.ts'
import { isCodeChallenge } from './pkce.ts'
import { isRedirectUri } from './redirect-uri.ts'
import { scopeSchema } from './scope-schema.ts'

export type ConsentTicket = {
  readonly request: AuthorizationRequest
  /** The numbers of the lines that the page let the person tick. */
  readonly offered: readonly number[]
  /** The id of the person who was asked. */
  readonly personId: PersonId
  readonly session: SessionHash
  /** Spent by the decision. */
  readonly nonce: string
  readonly expiresAt: EpochSeconds
}

/** Who posts a decision, and when. */
export type TicketHolder = {
  readonly personId: PersonId
  readonly session: SessionHash
  readonly now: EpochSeconds
}

export type TicketFailure =
  | { readonly reason: 'ticket-forged' }
  | { readonly reason: 'ticket-of-another-session' }
  /** The ticket was good, so that the same page can be shown again. */
  | { readonly reason: 'ticket-expired'; readonly request: AuthorizationRequest }

/** How long a consent page may stay open before the decision, in seconds. */
export const CONSENT_TICKET_TTL_SECONDS = 1800

/** Signed texts of other kinds are no tickets, and a ticket is no cookie and no token. */
const NAMESPACE = 'tapedeck-oauth-consent'

/** Signs a ticket for the consent page. */
export function sealTicket(ticket: ConsentTicket, signer: Signer): string {
  return signer.sign(ticket, NAMESPACE)
}

/** Opens a posted ticket for the person who posted it. */
export function openTicket(
  text: string,
  signer: Signer,
  holder: TicketHolder,
): Result<ConsentTicket, TicketFailure> {
  const verified = signer.verify(text, NAMESPACE)
  const parsed = verified.ok ? ticketSchema.safeParse(verified.value) : null
  if (parsed === null || !parsed.success) return fail({ reason: 'ticket-forged' })

  const ticket: ConsentTicket = parsed.data
  if (ticket.personId !== holder.personId || ticket.session !== holder.session) {
    return fail({ reason: 'ticket-of-another-session' })
  }
  if (ticket.expiresAt <= holder.now) return fail({ reason: 'ticket-expired', request: ticket.request })
  return ok(ticket)
}

const branded = <T extends string>(isBranded: (text: string) => text is T) =>
  z.custom<T>((value) => typeof value === 'string' && isBranded(value))

const isSessionHash = (text: string): text is SessionHash => /^[0-9a-f]{64}$/u.test(text)

const ticketSchema = z.strictObject({
  request: z.strictObject({
    clientId: branded(isClientId),
    redirectUri: branded(isRedirectUri),
    state: z.string().nullable(),
    scope: z.discriminatedUnion('access', [
      z.strictObject({ access: z.literal('full') }),
      z.strictObject({
        access: z.literal('listed'),
        scopes: z.array(z.strictObject({ scope: scopeSchema, hasEffect: z.boolean() })),
      }),
    ]),
    codeChallenge: branded(isCodeChallenge).nullable(),
    resource: z.string().nullable(),
  }),
  offered: z.array(z.int()),
  personId: z.custom<PersonId>(isPersonId),
  session: branded(isSessionHash),
  nonce: z.string(),
  expiresAt: z.int(),
})
