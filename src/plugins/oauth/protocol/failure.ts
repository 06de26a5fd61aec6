/**
 * Every way in which the protocol fails, and the few words of each that leave the server. Inside, a failure carries
 * its facts; outside, one exhaustive switch per endpoint decides what a client may learn.
 */
import type { AuthorizationFault } from './authorize.ts'
import type { ClientAuthFailure } from './client-auth.ts'
import { SLOW_DOWN_SECONDS, type DeviceAskFailure } from './device-request.ts'
import type { CodeFailure } from './grants/authorization-code.ts'
import type { DevicePollFailure } from './grants/device-code.ts'
import type { RefreshFailure } from './grants/refresh-token.ts'
import { MAX_SCOPE_BYTES, MAX_SCOPES } from './scope-request.ts'

/** Why the body of a client's request cannot be read. */
export type FormFailure =
  | { readonly reason: 'body-not-a-form' }
  | { readonly reason: 'parameter-repeated'; readonly parameter: string }

/** Everything that the token endpoint refuses. */
export type TokenFailure =
  | FormFailure
  | { readonly reason: 'grant-type-missing' }
  | { readonly reason: 'grant-type-unknown' }
  | { readonly reason: 'device-flow-off' }
  | ClientAuthFailure
  | CodeFailure
  | RefreshFailure
  | DevicePollFailure

/** An error of RFC 6749 §5.2: `description` is for the developer of the client and has only the characters allowed there. */
export type WireError = { readonly error: string; readonly description: string }

/** An error of the token endpoint, with its status. `challenge` asks for a `WWW-Authenticate: Basic`. */
export type TokenError = WireError & { readonly status: 400 | 401; readonly challenge: boolean }

/** What a client learns of a refused token request. The 403 of the device flow is no error of this table. */
export function tokenError(failure: Exclude<TokenFailure, { reason: 'device-flow-off' }>): TokenError {
  switch (failure.reason) {
    case 'body-not-a-form':
      return invalidRequest('The body must be application/x-www-form-urlencoded')
    case 'parameter-repeated':
      return invalidRequest(`The parameter ${failure.parameter} was sent more than once`)
    case 'grant-type-missing':
      return invalidRequest('The parameter grant_type is missing')
    case 'grant-type-unknown':
      return badRequest('unsupported_grant_type', 'This server does not know this grant_type')
    case 'two-authentications':
      return invalidRequest('The client authenticated in two ways at once')
    case 'no-client-named':
      return invalidClient('The parameter client_id is missing', false)
    case 'basic-malformed':
      return invalidClient('The Authorization header is not well-formed', true)
    case 'client-unknown':
    case 'client-secret-wrong':
      return invalidClient('Unknown client or wrong client secret', failure.usedBasic)
    case 'client-secret-missing':
      return invalidClient('This client must send its secret', false)
    case 'code-missing':
      return invalidRequest('The parameter code is missing')
    case 'redirect-uri-differs':
      return invalidGrant('redirect_uri is not the one of the authorization request')
    case 'verifier-missing':
      return invalidGrant('code_verifier is missing')
    case 'verifier-unexpected':
      return invalidGrant('The authorization request had no code_challenge')
    case 'verifier-wrong':
      return invalidGrant('code_verifier does not match the code_challenge')
    case 'code-unknown':
    case 'code-of-another-client':
    case 'code-replayed':
    case 'code-lost-race':
    case 'code-expired':
      return invalidGrant('The code is unknown, used or expired')
    case 'refresh-token-missing':
      return invalidRequest('The parameter refresh_token is missing')
    case 'refresh-token-unknown':
    case 'refresh-token-of-another-client':
    case 'refresh-token-expired':
    case 'refresh-token-reused':
    case 'refresh-token-lost-race':
      return invalidGrant('The refresh token is unknown, used or expired')
    case 'grant-ended':
      return invalidGrant('The access was ended')
    case 'scope-outside-grant':
      return badRequest('invalid_scope', 'The scope asks for more than was granted')
    case 'scope-too-long':
    case 'scope-malformed':
    case 'scope-too-many':
    case 'scope-empty':
    case 'scope-unknown-action':
    case 'scope-without-effect': {
      const { error, description } = authorizationError(failure)
      return badRequest(error, description)
    }
    case 'device-code-missing':
      return invalidRequest('The parameter device_code is missing')
    case 'device-code-unknown':
    case 'device-code-of-another-client':
    case 'device-code-used':
    case 'device-code-lost-race':
      return invalidGrant('The device code is unknown or used')
    case 'device-denied':
      return badRequest('access_denied', 'The person did not give access')
    case 'device-code-expired':
      return badRequest('expired_token', 'The device code has expired: start again')
    case 'device-pending':
      return badRequest('authorization_pending', 'The person has not decided yet: go on polling')
    case 'device-slow-down':
      return badRequest('slow_down', `Wait ${SLOW_DOWN_SECONDS} seconds longer between polls from now on`)
    case 'resource-outside-grant':
      return badRequest('invalid_target', 'The grant does not cover this resource')
  }
}

/** Everything that the endpoints refuse to which a client presents a token: to end it, or to ask about it. */
export type PresentedTokenFailure =
  | FormFailure
  | ClientAuthFailure
  | { readonly reason: 'token-missing' }
  /** A client without a secret asks about a token. */
  | { readonly reason: 'client-not-confidential' }

/** What a client learns of a refused revocation (RFC 7009 §2.2.1) or question (RFC 7662 §2.3). */
export function presentedTokenError(failure: PresentedTokenFailure): TokenError {
  switch (failure.reason) {
    case 'token-missing':
      return invalidRequest('The parameter token is missing')
    case 'client-not-confidential':
      return invalidClient('Only a client with a secret can ask about tokens', false)
    case 'body-not-a-form':
    case 'parameter-repeated':
    case 'two-authentications':
    case 'no-client-named':
    case 'basic-malformed':
    case 'client-unknown':
    case 'client-secret-wrong':
    case 'client-secret-missing':
      return tokenError(failure)
  }
}

/** Everything that the device authorization endpoint refuses. */
export type DeviceAuthorizationFailure = FormFailure | ClientAuthFailure | DeviceAskFailure

/** What a device learns of a refused request (RFC 8628 §3.2: the errors of RFC 6749 §5.2). */
export function deviceAuthorizationError(failure: DeviceAuthorizationFailure): TokenError {
  switch (failure.reason) {
    case 'tokens-switched-off':
    case 'scope-too-long':
    case 'scope-malformed':
    case 'scope-too-many':
    case 'scope-empty':
    case 'scope-unknown-action':
    case 'scope-without-effect':
    case 'resource-unknown': {
      const { error, description } = authorizationError(failure)
      return badRequest(error, description)
    }
    case 'body-not-a-form':
    case 'parameter-repeated':
    case 'two-authentications':
    case 'no-client-named':
    case 'basic-malformed':
    case 'client-unknown':
    case 'client-secret-wrong':
    case 'client-secret-missing':
      return tokenError(failure)
  }
}

/** What a proven client learns at its redirect URI of a refused authorization request (RFC 6749 §4.1.2.1, RFC 8707 §2). */
export function authorizationError(fault: AuthorizationFault): WireError {
  switch (fault.reason) {
    case 'tokens-switched-off':
      return { error: 'access_denied', description: 'API tokens are switched off on this server' }
    case 'response-type-missing':
      return { error: 'invalid_request', description: 'The parameter response_type is missing' }
    case 'response-type-unsupported':
      return { error: 'unsupported_response_type', description: 'The only response_type is code' }
    case 'state-missing':
      return {
        error: 'invalid_request',
        description: 'The parameter state is missing, and so is a code_challenge',
      }
    case 'scope-too-long':
      return { error: 'invalid_scope', description: `The scope is longer than ${MAX_SCOPE_BYTES} bytes` }
    case 'scope-malformed':
      return { error: 'invalid_scope', description: 'The scope is not well-formed' }
    case 'scope-too-many':
      return { error: 'invalid_scope', description: `The scope asks for more than ${MAX_SCOPES} things` }
    case 'scope-empty':
      return { error: 'invalid_scope', description: 'The scope asks for nothing' }
    case 'scope-unknown-action':
      return { error: 'invalid_scope', description: `Unknown action${nameForDeveloper(fault.action)}` }
    case 'scope-without-effect':
      return {
        error: 'invalid_scope',
        description: 'Nothing in the scope has an effect at the place it names',
      }
    case 'challenge-method-unsupported':
      return { error: 'invalid_request', description: 'The only code_challenge_method is S256' }
    case 'challenge-malformed':
      return {
        error: 'invalid_request',
        description: 'code_challenge must be 43 to 128 unreserved characters',
      }
    case 'challenge-missing':
      return { error: 'invalid_request', description: 'This client must use PKCE: code_challenge is missing' }
    case 'parameter-repeated':
      return {
        error: 'invalid_request',
        description: `The parameter ${fault.parameter} was sent more than once`,
      }
    case 'resource-unknown':
      return { error: 'invalid_target', description: 'The resource is not this server' }
  }
}

const badRequest = (error: string, description: string): TokenError => ({
  status: 400,
  error,
  description,
  challenge: false,
})

const invalidRequest = (description: string): TokenError => badRequest('invalid_request', description)

const invalidGrant = (description: string): TokenError => badRequest('invalid_grant', description)

const invalidClient = (description: string, challenge: boolean): TokenError => ({
  status: 401,
  error: 'invalid_client',
  description,
  challenge,
})

/** A name from outside goes into an error only when it looks like an action. */
function nameForDeveloper(action: string): string {
  return /^[a-z0-9-]{1,60}$/u.test(action) ? ` ${action}` : ''
}
