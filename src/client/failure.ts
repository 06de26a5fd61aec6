/**
 * The client side: what the command line needs to speak to a server, ours or a Datasette. This folder knows HTTP and
 * nothing of the server's own code; reading options and writing to the terminal is the business of `cli/`.
 */

/** Why a command did not do what it was asked. */
export type FailureCode =
  /** Options, or the environment, ask for something that cannot be done. */
  | 'usage'
  /** Nobody is signed in to this server. */
  | 'not_signed_in'
  /** The server does not accept the token (any more). */
  | 'token_refused'
  /** The token is good and does not reach as far as this. */
  | 'not_allowed'
  /** The person said no, or the server did before anybody was asked. */
  | 'login_denied'
  | 'login_expired'
  /** No connection: nothing was sent. */
  | 'unreachable'
  /** The connection broke, or no answer came: what was sent may have arrived. */
  | 'connection_lost'
  /** Ctrl-C. */
  | 'interrupted'
  /** What answers is no Tapedeck and no Datasette, or does not follow the standard. */
  | 'unexpected_answer'
  /** The server understood, and refused what was sent. */
  | 'refused'
  /** A file cannot be read, written or understood. */
  | 'file'

/** A failure in words: what happened, whether anything was changed, what to do next. */
export type ClientFailure = {
  readonly code: FailureCode
  readonly message: string
  /** How to get a token that is good for this, where a better login is what to do next; null where it is not. */
  readonly login: string | null
}

/** The exit code for each failure: 1 it failed, 2 it could not be understood, 3 sign in, 4 not allowed, 5 the login came to nothing. */
export const EXIT_CODES: Readonly<Record<FailureCode, 1 | 2 | 3 | 4 | 5>> = {
  usage: 2,
  not_signed_in: 3,
  token_refused: 3,
  not_allowed: 4,
  login_denied: 5,
  login_expired: 5,
  unreachable: 1,
  connection_lost: 1,
  interrupted: 1,
  unexpected_answer: 1,
  refused: 1,
  file: 1,
}

/** A failure as a value. */
export const failure = (code: FailureCode, message: string, login: string | null = null): ClientFailure => ({
  code,
  message,
  login,
})
