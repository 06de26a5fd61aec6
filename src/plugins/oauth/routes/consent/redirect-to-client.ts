import type { AppContext, PluginHost } from '../../../../plugin.ts'
import type { RedirectUri } from '../../protocol/ids.ts'
import { withParameters } from '../../protocol/redirect-uri.ts'
import { issuerOf } from '../../provider.ts'

/** Where an answer of the authorization endpoint goes, and the client's own text to go with it. */
export type ReturnAddress = { readonly redirectUri: RedirectUri; readonly state: string | null }

/** What the client is told: a code, or why there is none. */
export type Answer =
  | { readonly code: string }
  | { readonly error: string; readonly error_description: string }

/** The address of an answer, with `state` and `iss` (RFC 6749 §4.1.2, RFC 9207 §2). */
export function answerAddress(
  host: PluginHost,
  c: AppContext,
  { redirectUri, state }: ReturnAddress,
  answer: Answer,
): string {
  const parameters = new URLSearchParams(answer)
  if (state !== null) parameters.set('state', state)
  parameters.set('iss', issuerOf(host, c))
  return withParameters(redirectUri, parameters)
}

/**
 * Sends the browser back to the client. 303 after a POST, so that the form is never sent on to another site (RFC 9700 §4.12).
 */
export function redirectToClient(
  host: PluginHost,
  c: AppContext,
  address: ReturnAddress,
  answer: Answer,
  status: 302 | 303,
): Response {
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  c.header('location', answerAddress(host, c, address, answer))
  return c.body(null, status)
}
