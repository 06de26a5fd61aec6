/**
 * The checks of an authorization request (RFC 6749 §4.1.1), in the order in which they are made.
 *
 * The client and the redirect URI come first. Until both are proven there is no address that a browser may be
 * sent to, and the type of the failure has none; everything after them is told to the client.
 */
import { fail, ok, type Result } from '../../../plugin.ts'
import type { Client } from './client.ts'
import type { ClientId, CodeChallenge, RedirectUri } from './ids.ts'
import { findRepeated, onlyValue } from './parameters.ts'
import { isCodeChallenge } from './pkce.ts'
import { diagnoseRedirectUri, diagnosisInWords } from './redirect-diagnosis.ts'
import { matchRedirectUri } from './redirect-uri.ts'
import { isOwnResource } from './resource.ts'
import {
  asksForRefresh,
  parseScopeRequest,
  type FindAction,
  type ScopeFailure,
  type ScopeRequest,
} from './scope-request.ts'

/** A request that a person may be asked about. */
export type AuthorizationRequest = {
  readonly clientId: ClientId
  readonly redirectUri: RedirectUri
  /** The client's own text, given back to it unchanged. */
  readonly state: string | null
  readonly scope: ScopeRequest
  readonly codeChallenge: CodeChallenge | null
  readonly resource: string | null
  /** Whether it asks for a refresh token. */
  readonly asksRefresh: boolean
}

/** A request with the client that makes it. */
export type ProvenRequest = { readonly client: Client; readonly request: AuthorizationRequest }

/** Where a failure may be told. */
export type AuthorizationFailure =
  | { readonly to: 'page'; readonly reason: 'unknown-client' }
  | {
      readonly to: 'page'
      readonly reason: 'redirect-uri-mismatch'
      readonly clientId: ClientId
      /** What the request differs in, in words: no address is in here that a browser could be sent to. */
      readonly difference: string
    }
  | {
      readonly to: 'client'
      readonly redirectUri: RedirectUri
      readonly state: string | null
      readonly fault: AuthorizationFault
    }

/** What is wrong with a request of a proven client. */
export type AuthorizationFault =
  | { readonly reason: 'tokens-switched-off' }
  | { readonly reason: 'response-type-missing' }
  | { readonly reason: 'response-type-unsupported' }
  | { readonly reason: 'state-missing' }
  | ScopeFailure
  | { readonly reason: 'challenge-method-unsupported' }
  | { readonly reason: 'challenge-malformed' }
  | { readonly reason: 'challenge-missing' }
  | { readonly reason: 'parameter-repeated'; readonly parameter: string }
  | { readonly reason: 'resource-unknown' }

export type AuthorizationInput = {
  readonly parameters: URLSearchParams
  /** The client that `client_id` names; null when there is none, or when the parameter was sent twice. */
  readonly client: Client | null
  /** The page for trials, when the request is a trial of the client's owner; null for every other request. */
  readonly trialReturn: RedirectUri | null
  readonly findAction: FindAction
  /** The address of this server (`iss`). */
  readonly issuer: string
  /** Whether confidential clients need PKCE too. Public ones always do. */
  readonly requirePkce: boolean
  /** Whether this server accepts API tokens at all. */
  readonly tokensAllowed: boolean
}

/** Judges an authorization request. Parameters that it does not know are ignored (RFC 6749 §3.1). */
export function checkAuthorizationRequest(
  input: AuthorizationInput,
): Result<ProvenRequest, AuthorizationFailure> {
  const { parameters, client } = input
  if (client === null) return fail({ to: 'page', reason: 'unknown-client' })

  const requested = onlyValue(parameters, 'redirect_uri') ?? ''
  const redirectUri =
    requested === input.trialReturn
      ? input.trialReturn
      : matchRedirectUri(client.redirectUris, requested, client.kind)
  if (redirectUri === null) {
    const difference = diagnosisInWords(
      diagnoseRedirectUri(client.redirectUris, parameters.getAll('redirect_uri')),
    )
    return fail({ to: 'page', reason: 'redirect-uri-mismatch', clientId: client.clientId, difference })
  }

  const state = onlyValue(parameters, 'state')
  const checked = checkRest(input, client)
  if (!checked.ok) return fail({ to: 'client', redirectUri, state, fault: checked.error })
  return ok({ client, request: { clientId: client.clientId, redirectUri, state, ...checked.value } })
}

type Rest = Pick<AuthorizationRequest, 'scope' | 'codeChallenge' | 'resource' | 'asksRefresh'>

/** Everything after the client and the redirect URI. */
function checkRest(input: AuthorizationInput, client: Client): Result<Rest, AuthorizationFault> {
  const { parameters } = input
  // A person must not be asked for what could never be used.
  if (!input.tokensAllowed) return fail({ reason: 'tokens-switched-off' })

  const responseType = checkResponseType(parameters)
  if (!responseType.ok) return responseType

  const state = checkState(parameters)
  if (!state.ok) return state

  const scopeText = parameters.get('scope') ?? ''
  const scope = parseScopeRequest(scopeText, input.findAction)
  if (!scope.ok) return scope

  const codeChallenge = checkCodeChallenge(parameters, needsChallenge(client, input.requirePkce))
  if (!codeChallenge.ok) return codeChallenge

  const parameter = findRepeated(parameters, KNOWN_PARAMETERS)
  if (parameter !== null) return fail({ reason: 'parameter-repeated', parameter })

  const resource = onlyValue(parameters, 'resource')
  if (resource !== null && !isOwnResource(resource, input.issuer)) return fail({ reason: 'resource-unknown' })

  return ok({
    scope: scope.value,
    codeChallenge: codeChallenge.value,
    resource,
    asksRefresh: asksForRefresh(scopeText),
  })
}

const KNOWN_PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'resource',
] as const

function checkResponseType(parameters: URLSearchParams): Result<null, AuthorizationFault> {
  const responseType = parameters.get('response_type') ?? ''
  if (responseType === '') return fail({ reason: 'response-type-missing' })
  return responseType === 'code' ? ok(null) : fail({ reason: 'response-type-unsupported' })
}

/** `state` guards the client against forged answers; PKCE does the same, so with it `state` may be left out (RFC 9700 §4.7.1). */
function checkState(parameters: URLSearchParams): Result<null, AuthorizationFault> {
  const isGuarded = [...parameters.getAll('state'), ...parameters.getAll('code_challenge')].some(
    (text) => text !== '',
  )
  return isGuarded ? ok(null) : fail({ reason: 'state-missing' })
}

/** Whether a client gets a code only for a challenge: without secret and challenge anybody could redeem the code. */
export function needsChallenge({ kind }: Pick<Client, 'kind'>, requirePkce: boolean): boolean {
  return requirePkce || kind === 'public'
}

/** Only `S256`: without a method a challenge would be `plain` (RFC 7636 §4.3), which proves nothing to whoever reads the request. */
function checkCodeChallenge(
  parameters: URLSearchParams,
  isRequired: boolean,
): Result<CodeChallenge | null, AuthorizationFault> {
  const challenge = parameters.get('code_challenge') ?? ''
  const method = parameters.get('code_challenge_method') ?? ''
  if (challenge === '' && method === '') return isRequired ? fail({ reason: 'challenge-missing' }) : ok(null)
  if (method !== 'S256') return fail({ reason: 'challenge-method-unsupported' })
  return isCodeChallenge(challenge) ? ok(challenge) : fail({ reason: 'challenge-malformed' })
}
