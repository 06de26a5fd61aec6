import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton, Problem } from '../../../plugin.ts'
import type { SignInFailure } from '../protocol/failure.ts'

export type SignInFailedPageProps = {
  readonly failure: SignInFailure
  /** Where to begin again. */
  readonly signInPath: string
  /** Finds the log lines of the request. */
  readonly requestId: string
}

/** Tells a person why they are not signed in, and leads them to begin again. Goes into a narrow page. */
export function SignInFailedPage({ failure, signInPath, requestId }: SignInFailedPageProps): JSX.Element {
  return (
    <>
      <Problem heading="You are not signed in" {...failureWords(failure)} requestId={requestId} />
      <p class="actions">
        <LinkButton kind="primary" path={signInPath}>
          Sign in
        </LinkButton>
      </p>
    </>
  )
}

/** A failure in words: what happened, and what to do now. Nothing is ever changed by one. */
type FailureWords = { readonly what: string; readonly next: string; readonly code: string | null }

/** Tells a person why they are not signed in. */
function failureWords(failure: SignInFailure): FailureWords {
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
        next: 'Tell the owner of this site; only they can put it right.',
        code: codeWord(failure.error),
      }
    case 'answer-untrusted':
      return {
        what: 'The answer of the sign-in service could not be trusted.',
        next: 'Start again. If it stays so, the owner of this site should look at its log: at the address of the service, and at the clocks of both servers.',
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
