/** The ticket of a consent page: a copy of the whole request, usable once. */
import { z } from 'zod'
import type { Result, Signer } from '../../../plugin.ts'
import type { AuthorizationRequest } from './authorize.ts'
import { isClientId } from './ids.ts'
import {
  branded,
  openPage,
  pageBindingShape,
  sealPage,
  type PageBinding,
  type TicketFailure,
  type TicketHolder,
} from './page-ticket.ts'
import { isCodeChallenge } from './pkce.ts'
import { isRedirectUri } from './redirect-uri.ts'
import { scopeRequestSchema } from './scope-schema.ts'

export type ConsentTicket = PageBinding & {
  readonly request: AuthorizationRequest
  /** Spent by the decision. */
  readonly nonce: string
}

/** How long a consent page may stay open before the decision, in seconds. */
export const CONSENT_TICKET_TTL_SECONDS = 1800

/** Signs a ticket for the consent page. */
export function sealTicket(ticket: ConsentTicket, signer: Signer): string {
  return sealPage(ticket, 'tapedeck-oauth-consent', signer)
}

/** Opens a posted ticket for the person who posted it. */
export function openTicket(
  text: string,
  signer: Signer,
  holder: TicketHolder,
): Result<ConsentTicket, TicketFailure<ConsentTicket>> {
  return openPage<ConsentTicket>(text, 'tapedeck-oauth-consent', ticketSchema, signer, holder)
}

const ticketSchema = z.strictObject({
  ...pageBindingShape,
  request: z.strictObject({
    clientId: branded(isClientId),
    redirectUri: branded(isRedirectUri),
    state: z.string().nullable(),
    scope: scopeRequestSchema,
    codeChallenge: branded(isCodeChallenge).nullable(),
    resource: z.string().nullable(),
    asksRefresh: z.boolean(),
  }),
  nonce: z.string(),
})
