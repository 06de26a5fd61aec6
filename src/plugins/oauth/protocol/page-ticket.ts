/**
 * The hidden field that binds a decision to the page that was shown: signed, for one person in one browser session,
 * for a short time. What is decided is read from it and from nowhere else; the form beside it can only narrow.
 */
import { z } from 'zod'
import {
  fail,
  isPersonId,
  ok,
  type EpochSeconds,
  type PersonId,
  type Result,
  type Signer,
} from '../../../plugin.ts'
import type { SessionHash } from './ids.ts'

/** What every ticket says beside what its page is about. */
export type PageBinding = {
  /** The numbers of the lines that the page let the person tick. */
  readonly offered: readonly number[]
  /** The id of the person who was asked. */
  readonly personId: PersonId
  readonly session: SessionHash
  readonly expiresAt: EpochSeconds
}

/** Who posts a decision, and when. */
export type TicketHolder = {
  readonly personId: PersonId
  readonly session: SessionHash
  readonly now: EpochSeconds
}

export type TicketFailure<Page> =
  | { readonly reason: 'ticket-forged' }
  | { readonly reason: 'ticket-of-another-session' }
  /** The ticket was good, so that the same page can be shown again. */
  | { readonly reason: 'ticket-expired'; readonly page: Page }

/** The kinds of pages. A ticket of one is no ticket of another, no cookie and no token. */
type PageKind = 'tapedeck-oauth-consent' | 'tapedeck-oauth-device'

/** Signs a ticket for a page. */
export function sealPage(
  page: PageBinding & Parameters<Signer['sign']>[0],
  kind: PageKind,
  signer: Signer,
): string {
  return signer.sign(page, kind)
}

/** Opens a posted ticket for the person who posted it. */
export function openPage<Page extends PageBinding>(
  text: string,
  kind: PageKind,
  schema: z.ZodType<Page>,
  signer: Signer,
  holder: TicketHolder,
): Result<Page, TicketFailure<Page>> {
  const verified = signer.verify(text, kind)
  const parsed = verified.ok ? schema.safeParse(verified.value) : null
  if (parsed === null || !parsed.success) return fail({ reason: 'ticket-forged' })

  const page = parsed.data
  if (page.personId !== holder.personId || page.session !== holder.session) {
    return fail({ reason: 'ticket-of-another-session' })
  }
  return page.expiresAt <= holder.now ? fail({ reason: 'ticket-expired', page }) : ok(page)
}

/** Text that `isBranded` accepts. */
export const branded = <T extends string>(isBranded: (text: string) => text is T) =>
  z.custom<T>((value) => typeof value === 'string' && isBranded(value))

const isSessionHash = (text: string): text is SessionHash => /^[0-9a-f]{64}$/u.test(text)

/** The schema of what every ticket says. */
export const pageBindingShape = {
  offered: z.array(z.int()),
  personId: z.custom<PersonId>(isPersonId),
  session: branded(isSessionHash),
  expiresAt: z.int(),
}
