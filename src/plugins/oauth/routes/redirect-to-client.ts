import type { AppContext, PluginHost } from '../../../plugin.ts'
import type { RedirectUri } from '../protocol/ids.ts'
import { withParameters } from '../protocol/redirect-uri.ts'
import { issuerOf } from '../provider.ts'

/** Where an answer of the authorization endpoint goes, and the client's own text to go with it. */
export type ReturnAddress = { readonly redirectUri: RedirectUri; readonly state: string | null }

/** What the client is told: a code, or why there is none. */
export type Answer =
  | { readonly code: string }
  | { readonly error: string; readonly error_description: string }

/**
 * Sends the browser back to the client with `state` and `iss` (RFC 6749 §4.1.2, RFC 9207 §2). 303 after a POST, so that
 * the form is never sent on to another site (RFC 9700 §4.12).
 */
export function redirectToClient(
  host: PluginHost,
  c: AppContext,
  { redirectUri, state }: ReturnAddress,
  answer: Answer,
  status: 302 | 303,
): Response {
  const parameters = new URLSearchParams(answer)
  if (state !== null) parameters.set('state', state)
  parameters.set('iss', issuerOf(host, c))
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  c.header('location', withParameters(redirectUri, parameters))
  return c.body(null, status)
}
