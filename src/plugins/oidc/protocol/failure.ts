import * as oauth from 'oauth4webapi'
import type { ProfileFailure } from './profile.ts'

/** Why a sign-in at a provider came to nothing. */
export type SignInFailure =
  /** No sign-in of this browser is under way for this answer: forged, of another browser, too late, or used before. */
  | { readonly reason: 'not-pending' }
  /** The person or the provider said no (`access_denied`), or the provider could not (`server_error` …). */
  | { readonly reason: 'provider-refused'; readonly error: string }
  | { readonly reason: 'provider-unreachable' }
  /** The provider does not accept this site: its id, its secret, its address to come back to. */
  | { readonly reason: 'client-refused'; readonly error: string }
  /** The answer is not what the standard asks for: signature, issuer, audience, nonce, time, subject. */
  | { readonly reason: 'answer-untrusted'; readonly detail: string }
  | ProfileFailure

/** What a protocol library threw, as a failure. Throws on what is neither the provider's nor the network's fault. */
export function failureOf(error: unknown): SignInFailure {
  if (error instanceof oauth.AuthorizationResponseError)
    return { reason: 'provider-refused', error: error.error }
  if (error instanceof oauth.ResponseBodyError) {
    return error.error === 'invalid_grant'
      ? { reason: 'answer-untrusted', detail: 'invalid_grant' }
      : { reason: 'client-refused', error: error.error }
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return { reason: 'client-refused', error: 'invalid_client' }
  if (error instanceof oauth.OperationProcessingError) {
    return { reason: 'answer-untrusted', detail: error.code ?? 'unknown' }
  }
  const isNetwork =
    error instanceof TypeError || (error instanceof Error && /Timeout|Abort/u.test(error.name))
  if (isNetwork) return { reason: 'provider-unreachable' }
  throw error
}

/** A failure in words: what happened, and what to do now. Nothing is ever changed by one. */
export type FailureWords = { readonly what: string; readonly next: string; readonly code: string | null }

/** Tells a person why they are not signed in. */
export function failureWords(failure: SignInFailure): FailureWords {
  switch (failure.reason) {
    case 'not-pending':
      return {
        what: 'This answer belongs to no sign-in that began in this browser in the last hour.',
        next: 'Start again, and stay in the same browser until you are back here.',
        code: null,
      }
    case 'provider-refused':
      return failure.error === 'access_denied'
        ? {
            what: 'The sign-in service did not let you in, or you turned it down there.',
            next: 'Try again. If it says no again, ask whoever looks after the sign-in service.',
            code: 'access_denied',
          }
        : {
            what: 'The sign-in service could not sign you in.',
            next: 'Try again in a moment. If it stays so, tell the owner of this site.',
            code: codeWord(failure.error),
          }
    case 'provider-unreachable':
      return {
        what: 'The sign-in service does not answer.',
        next: 'Try again in a few minutes.',
        code: null,
      }
    case 'client-refused':
      return {
        what: 'The sign-in service does not accept this site: its client ID, its secret or its callback address is wrong.',
        next: 'Tell the owner of this site; only they can mend it.',
        code: codeWord(failure.error),
      }
    case 'answer-untrusted':
      return {
        what: 'The answer of the sign-in service could not be trusted.',
        next: 'Start again. If it stays so, the owner of this site should look at its log, and at the clocks of both servers.',
        code: codeWord(failure.detail),
      }
    case 'id-missing':
      return {
        what: 'The sign-in service did not say who you are in the way that this site expects.',
        next: 'Tell the owner of this site to look at actor_id_claim.',
        code: codeWord(failure.claim),
      }
    case 'email-not-verified':
      return {
        what: 'Your email address is not verified at the sign-in service.',
        next: 'Verify it there, then sign in again.',
        code: null,
      }
    case 'id-reserved':
    case 'not-allowed':
      return {
        what: 'Your account at the sign-in service may not sign in to this site.',
        next: 'Sign in with another account, or ask the owner of this site.',
        code: null,
      }
  }
}

/** Text from outside is shown only when it looks like a code. */
function codeWord(text: string): string | null {
  return /^[A-Za-z0-9_.:/-]{1,100}$/u.test(text) ? text : null
}
