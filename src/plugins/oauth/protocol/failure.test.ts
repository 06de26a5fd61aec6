import { describe, expect, it } from 'vitest'
import type { AuthorizationFault } from './authorize.ts'
import { authorizationError, tokenError, type TokenFailure } from './failure.ts'
import type { GrantId } from './ids.ts'

type TokenReason = Exclude<TokenFailure['reason'], 'device-flow-off'>

// Keyed by reason, so that a new one does not compile without its line here.
const tokenFailures: { [R in TokenReason]: [Extract<TokenFailure, { reason: R }>, string, number] } = {
  'body-not-a-form': [{ reason: 'body-not-a-form' }, 'invalid_request', 400],
  'parameter-repeated': [{ reason: 'parameter-repeated', parameter: 'code' }, 'invalid_request', 400],
  'grant-type-missing': [{ reason: 'grant-type-missing' }, 'invalid_request', 400],
  'grant-type-unknown': [{ reason: 'grant-type-unknown' }, 'unsupported_grant_type', 400],
  'two-authentications': [{ reason: 'two-authentications' }, 'invalid_request', 400],
  'no-client-named': [{ reason: 'no-client-named' }, 'invalid_client', 401],
  'basic-malformed': [{ reason: 'basic-malformed' }, 'invalid_client', 401],
  'client-unknown': [{ reason: 'client-unknown', usedBasic: false }, 'invalid_client', 401],
  'client-secret-missing': [{ reason: 'client-secret-missing' }, 'invalid_client', 401],
  'client-secret-wrong': [{ reason: 'client-secret-wrong', usedBasic: true }, 'invalid_client', 401],
  'code-missing': [{ reason: 'code-missing' }, 'invalid_request', 400],
  'code-unknown': [{ reason: 'code-unknown' }, 'invalid_grant', 400],
  'code-of-another-client': [{ reason: 'code-of-another-client' }, 'invalid_grant', 400],
  'redirect-uri-differs': [{ reason: 'redirect-uri-differs' }, 'invalid_grant', 400],
  'verifier-missing': [{ reason: 'verifier-missing' }, 'invalid_grant', 400],
  'verifier-unexpected': [{ reason: 'verifier-unexpected' }, 'invalid_grant', 400],
  'verifier-wrong': [{ reason: 'verifier-wrong' }, 'invalid_grant', 400],
  'code-replayed': [{ reason: 'code-replayed', grantId: 'g' as GrantId }, 'invalid_grant', 400],
  'code-lost-race': [{ reason: 'code-lost-race' }, 'invalid_grant', 400],
  'code-expired': [{ reason: 'code-expired' }, 'invalid_grant', 400],
  'grant-ended': [{ reason: 'grant-ended' }, 'invalid_grant', 400],
  'device-code-missing': [{ reason: 'device-code-missing' }, 'invalid_request', 400],
  'device-code-unknown': [{ reason: 'device-code-unknown' }, 'invalid_grant', 400],
  'device-code-of-another-client': [{ reason: 'device-code-of-another-client' }, 'invalid_grant', 400],
  'device-code-used': [{ reason: 'device-code-used' }, 'invalid_grant', 400],
  'device-code-lost-race': [{ reason: 'device-code-lost-race' }, 'invalid_grant', 400],
  'device-denied': [{ reason: 'device-denied' }, 'access_denied', 400],
  'device-code-expired': [{ reason: 'device-code-expired' }, 'expired_token', 400],
  'device-pending': [{ reason: 'device-pending' }, 'authorization_pending', 400],
  'device-slow-down': [{ reason: 'device-slow-down' }, 'slow_down', 400],
  'refresh-token-missing': [{ reason: 'refresh-token-missing' }, 'invalid_request', 400],
  'refresh-token-unknown': [{ reason: 'refresh-token-unknown' }, 'invalid_grant', 400],
  'refresh-token-of-another-client': [{ reason: 'refresh-token-of-another-client' }, 'invalid_grant', 400],
  'refresh-token-expired': [{ reason: 'refresh-token-expired' }, 'invalid_grant', 400],
  'refresh-token-reused': [{ reason: 'refresh-token-reused', grantId: 'g' as GrantId }, 'invalid_grant', 400],
  'refresh-token-lost-race': [{ reason: 'refresh-token-lost-race' }, 'invalid_grant', 400],
  'scope-outside-grant': [{ reason: 'scope-outside-grant' }, 'invalid_scope', 400],
  'scope-too-long': [{ reason: 'scope-too-long' }, 'invalid_scope', 400],
  'scope-malformed': [{ reason: 'scope-malformed' }, 'invalid_scope', 400],
  'scope-too-many': [{ reason: 'scope-too-many' }, 'invalid_scope', 400],
  'scope-empty': [{ reason: 'scope-empty' }, 'invalid_scope', 400],
  'scope-unknown-action': [{ reason: 'scope-unknown-action', action: 'fly' }, 'invalid_scope', 400],
  'scope-without-effect': [{ reason: 'scope-without-effect' }, 'invalid_scope', 400],
  'resource-outside-grant': [{ reason: 'resource-outside-grant' }, 'invalid_target', 400],
}

const authorizationFaults: {
  [R in AuthorizationFault['reason']]: [Extract<AuthorizationFault, { reason: R }>, string]
} = {
  'tokens-switched-off': [{ reason: 'tokens-switched-off' }, 'access_denied'],
  'response-type-missing': [{ reason: 'response-type-missing' }, 'invalid_request'],
  'response-type-unsupported': [{ reason: 'response-type-unsupported' }, 'unsupported_response_type'],
  'state-missing': [{ reason: 'state-missing' }, 'invalid_request'],
  'scope-too-long': [{ reason: 'scope-too-long' }, 'invalid_scope'],
  'scope-malformed': [{ reason: 'scope-malformed' }, 'invalid_scope'],
  'scope-too-many': [{ reason: 'scope-too-many' }, 'invalid_scope'],
  'scope-empty': [{ reason: 'scope-empty' }, 'invalid_scope'],
  'scope-unknown-action': [{ reason: 'scope-unknown-action', action: 'fly' }, 'invalid_scope'],
  'scope-without-effect': [{ reason: 'scope-without-effect' }, 'invalid_scope'],
  'challenge-method-unsupported': [{ reason: 'challenge-method-unsupported' }, 'invalid_request'],
  'challenge-malformed': [{ reason: 'challenge-malformed' }, 'invalid_request'],
  'challenge-missing': [{ reason: 'challenge-missing' }, 'invalid_request'],
  'parameter-repeated': [{ reason: 'parameter-repeated', parameter: 'scope' }, 'invalid_request'],
  'resource-unknown': [{ reason: 'resource-unknown' }, 'invalid_target'],
}

/** RFC 6749 §5.2 */
const ALLOWED = /^[\u0020\u0021\u0023-\u005B\u005D-\u007E]+$/u

describe('tokenError', () => {
  it.each(Object.values(tokenFailures))(
    'turns $reason into its error of RFC 6749 §5.2',
    (failure, error, status) => {
      expect(tokenError(failure)).toMatchObject({ error, status })
    },
  )

  it('T30: uses only the characters that RFC 6749 §5.2 allows', () => {
    for (const [failure] of Object.values(tokenFailures)) {
      expect(tokenError(failure).error).toMatch(ALLOWED)
      expect(tokenError(failure).description).toMatch(ALLOWED)
    }
  })

  it('asks for Basic only after Basic was used', () => {
    expect(tokenError({ reason: 'client-secret-wrong', usedBasic: true }).challenge).toBe(true)
    expect(tokenError({ reason: 'client-secret-wrong', usedBasic: false }).challenge).toBe(false)
    expect(tokenError({ reason: 'code-expired' }).challenge).toBe(false)
  })

  it('says the same of an unknown client and of a wrong secret', () => {
    expect(tokenError({ reason: 'client-unknown', usedBasic: false })).toEqual(
      tokenError({ reason: 'client-secret-wrong', usedBasic: false }),
    )
  })
})

describe('authorizationError', () => {
  it.each(Object.values(authorizationFaults))(
    'turns $reason into its error of RFC 6749 §4.1.2.1',
    (fault, error) => {
      expect(authorizationError(fault).error).toBe(error)
    },
  )

  it('T30: uses only the characters that RFC 6749 §4.1.2.1 allows, whatever was sent', () => {
    const sent = ['"<script>\\', 'é\n', 'fly', ''].map(
      (action) => ({ reason: 'scope-unknown-action', action }) as const,
    )
    for (const fault of [...Object.values(authorizationFaults).map(([one]) => one), ...sent]) {
      expect(authorizationError(fault).description).toMatch(ALLOWED)
    }
  })

  it('names an action that is not known', () => {
    expect(authorizationError({ reason: 'scope-unknown-action', action: 'fly' }).description).toContain('fly')
  })
})
