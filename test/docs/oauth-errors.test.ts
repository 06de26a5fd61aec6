import { expect, it } from 'vitest'
import type { AuthorizationFault } from '../../src/plugins/oauth/protocol/authorize.ts'
import {
  authorizationError,
  deviceAuthorizationError,
  tokenError,
  type DeviceAuthorizationFailure,
  type TokenFailure,
} from '../../src/plugins/oauth/protocol/failure.ts'
import type { GrantId } from '../../src/plugins/oauth/protocol/ids.ts'
import { readPage, tableRows } from './page.ts'

type Told = Exclude<TokenFailure, { reason: 'device-flow-off' }>

/** One failure of each kind. A new kind does not compile until it stands here. */
const tokenFailures: { readonly [R in Told['reason']]: Extract<Told, { reason: R }> } = {
  'body-not-a-form': { reason: 'body-not-a-form' },
  'parameter-repeated': { reason: 'parameter-repeated', parameter: 'code' },
  'grant-type-missing': { reason: 'grant-type-missing' },
  'grant-type-unknown': { reason: 'grant-type-unknown' },
  'two-authentications': { reason: 'two-authentications' },
  'no-client-named': { reason: 'no-client-named' },
  'basic-malformed': { reason: 'basic-malformed' },
  'client-unknown': { reason: 'client-unknown', usedBasic: true },
  'client-secret-missing': { reason: 'client-secret-missing' },
  'client-secret-wrong': { reason: 'client-secret-wrong', usedBasic: false },
  'code-missing': { reason: 'code-missing' },
  'code-unknown': { reason: 'code-unknown' },
  'code-of-another-client': { reason: 'code-of-another-client' },
  'redirect-uri-differs': { reason: 'redirect-uri-differs' },
  'verifier-missing': { reason: 'verifier-missing' },
  'verifier-unexpected': { reason: 'verifier-unexpected' },
  'verifier-wrong': { reason: 'verifier-wrong' },
  'code-replayed': { reason: 'code-replayed', grantId: 'grant' as GrantId },
  'code-lost-race': { reason: 'code-lost-race' },
  'code-expired': { reason: 'code-expired' },
  'grant-ended': { reason: 'grant-ended' },
  'device-code-missing': { reason: 'device-code-missing' },
  'device-code-unknown': { reason: 'device-code-unknown' },
  'device-code-of-another-client': { reason: 'device-code-of-another-client' },
  'device-code-used': { reason: 'device-code-used' },
  'device-code-lost-race': { reason: 'device-code-lost-race' },
  'device-denied': { reason: 'device-denied' },
  'device-code-expired': { reason: 'device-code-expired' },
  'device-pending': { reason: 'device-pending' },
  'device-slow-down': { reason: 'device-slow-down' },
  'refresh-token-missing': { reason: 'refresh-token-missing' },
  'refresh-token-unknown': { reason: 'refresh-token-unknown' },
  'refresh-token-of-another-client': { reason: 'refresh-token-of-another-client' },
  'refresh-token-expired': { reason: 'refresh-token-expired' },
  'refresh-token-reused': { reason: 'refresh-token-reused', grantId: 'g' as GrantId },
  'refresh-token-lost-race': { reason: 'refresh-token-lost-race' },
  'scope-outside-grant': { reason: 'scope-outside-grant' },
  'scope-too-long': { reason: 'scope-too-long' },
  'scope-malformed': { reason: 'scope-malformed' },
  'scope-too-many': { reason: 'scope-too-many' },
  'scope-empty': { reason: 'scope-empty' },
  'scope-unknown-action': { reason: 'scope-unknown-action', action: 'fly' },
  'scope-without-effect': { reason: 'scope-without-effect' },
  'resource-outside-grant': { reason: 'resource-outside-grant' },
}

/** The same for what travels by redirect. */
const authorizationFaults: {
  readonly [R in AuthorizationFault['reason']]: Extract<AuthorizationFault, { reason: R }>
} = {
  'tokens-switched-off': { reason: 'tokens-switched-off' },
  'response-type-missing': { reason: 'response-type-missing' },
  'response-type-unsupported': { reason: 'response-type-unsupported' },
  'state-missing': { reason: 'state-missing' },
  'scope-too-long': { reason: 'scope-too-long' },
  'scope-malformed': { reason: 'scope-malformed' },
  'scope-too-many': { reason: 'scope-too-many' },
  'scope-empty': { reason: 'scope-empty' },
  'scope-unknown-action': { reason: 'scope-unknown-action', action: 'fly' },
  'scope-without-effect': { reason: 'scope-without-effect' },
  'challenge-method-unsupported': { reason: 'challenge-method-unsupported' },
  'challenge-malformed': { reason: 'challenge-malformed' },
  'challenge-missing': { reason: 'challenge-missing' },
  'parameter-repeated': { reason: 'parameter-repeated', parameter: 'state' },
  'resource-unknown': { reason: 'resource-unknown' },
}

/** The errors under a heading: each with where it is told. */
const errorsUnder = (heading: string) => {
  const section =
    readPage('docs/oauth.md')
      .split(/^## /mu)
      .find((part) => part.startsWith(heading)) ?? ''
  return new Map(tableRows(section).map(([code = '', where = '']) => [code, where]))
}
const documented = errorsUnder('Errors')
const ofDevices = errorsUnder('Devices and command lines')
const DEVICE_ERRORS = ['authorization_pending', 'slow_down', 'expired_token', 'access_denied']

it.each(Object.values(tokenFailures))(
  'the token error for $reason stands in docs/oauth.md with its status',
  (failure) => {
    const { error, status } = tokenError(failure)
    const where = DEVICE_ERRORS.includes(error) ? ofDevices : documented
    expect(where.get(`\`${error}\``)?.split(', ')).toContain(String(status))
  },
)

it.each(Object.values(authorizationFaults))(
  'the redirect error for $reason stands in docs/oauth.md',
  (fault) => {
    expect(documented.get(`\`${authorizationError(fault).error}\``)?.split(', ')).toContain('redirect')
  },
)

it.each([
  ...Object.values(tokenFailures).filter(
    ({ reason }) =>
      reason === 'body-not-a-form' || reason === 'parameter-repeated' || reason.startsWith('client-'),
  ),
  ...Object.values(authorizationFaults).filter(({ reason }) => reason.startsWith('scope-')),
  { reason: 'tokens-switched-off' } as const,
  { reason: 'resource-unknown' } as const,
])('the device authorization error for $reason stands in docs/oauth.md with its status', (failure) => {
  const { error, status } = deviceAuthorizationError(failure as DeviceAuthorizationFailure)
  expect(documented.get(`\`${error}\``)?.split(', ')).toContain(String(status))
})
