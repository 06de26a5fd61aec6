/**
 * A trial: an owner runs their own app's flow against a page of this server. The `state` of its request is a ticket that only
 * this server can write, for one person, one browser session and one app; the verifier follows from it under the server's
 * secret, so that nobody else ever has it (decisions/0032).
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { EpochSeconds, PersonId, Signer } from '../../../plugin.ts'
import { CONSENT_TICKET_TTL_SECONDS } from './consent-ticket.ts'
import { CODE_TTL_SECONDS } from './grants/authorization-code.ts'
import { isClientId, type ClientId, type CodeChallenge, type SessionHash } from './ids.ts'
import { branded, pageBindingShape, type TicketHolder } from './page-ticket.ts'
import { isCodeChallenge } from './pkce.ts'

export type Trial = {
  readonly clientId: ClientId
  readonly personId: PersonId
  readonly session: SessionHash
  /** What the owner typed to ask for. */
  readonly scope: string
  readonly nonce: string
  readonly expiresAt: EpochSeconds
}

/** How long a trial may take, in seconds: as long as its consent page may stay open, and its code then waits. */
export const TRIAL_TTL_SECONDS = CONSENT_TICKET_TTL_SECONDS + CODE_TTL_SECONDS

/** Writes the `state` of a trial. */
export function sealTrial(trial: Trial, signer: Signer): string {
  return signer.sign(trial, 'tapedeck-oauth-trial')
}

/** Opens a `state` for whoever brings it. Null for everything but a trial of theirs, in this session, that is not over. */
export function openTrial(state: string, signer: Signer, holder: TicketHolder): Trial | null {
  const verified = signer.verify(state, 'tapedeck-oauth-trial')
  const parsed = verified.ok ? trialSchema.safeParse(verified.value) : null
  if (parsed === null || !parsed.success) return null
  const trial = parsed.data
  const isTheirs = trial.personId === holder.personId && trial.session === holder.session
  return isTheirs && trial.expiresAt > holder.now ? trial : null
}

/** The PKCE verifier of a trial. It never leaves the server. */
export function trialVerifier(state: string, signer: Signer): string {
  return base64Sha256(signer.sign(state, 'tapedeck-oauth-trial-verifier'))
}

/** What the trial's request carries for it. */
export function trialChallenge(state: string, signer: Signer): CodeChallenge {
  const challenge = base64Sha256(trialVerifier(state, signer))
  if (!isCodeChallenge(challenge)) throw new TypeError('a SHA-256 in base64url is a challenge')
  return challenge
}

const trialSchema: z.ZodType<Trial> = z.strictObject({
  clientId: branded(isClientId),
  personId: pageBindingShape.personId,
  session: pageBindingShape.session,
  scope: z.string(),
  nonce: z.string(),
  expiresAt: pageBindingShape.expiresAt,
})

const base64Sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64url')
