/**
 * What an app says of itself when nobody here registers it: as a request to register (RFC 7591 §2), or as the document
 * that its `client_id` is the address of. Every word of it is the app's own claim.
 */
import { z } from 'zod'
import { fail, isPrintableAddress, ok, type JsonValue, type Result } from '../../../plugin.ts'
import { AUTHORIZATION_CODE } from './grants/authorization-code.ts'
import { returnHost } from './redirect-uri.ts'
import {
  checkRegistration,
  registrationError,
  type Registration,
  type RegistrationFailure,
} from './registration.ts'

/** What the app declares of itself and nothing here acts upon: it is kept and shown to whoever manages apps, as text. */
export type Declared = Readonly<Record<string, string | readonly string[]>>

/** Metadata that can be registered. */
export type ClientMetadata = {
  readonly registration: Registration
  readonly authMethod: AuthMethod
  readonly grantTypes: readonly string[]
  readonly declared: Declared
}

/** How a client proves itself at the token endpoint; `none` makes it a public one. */
export type AuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none'

export type ClientMetadataFailure =
  | { readonly reason: 'metadata-malformed'; readonly member: string | null }
  | { readonly reason: 'metadata-address-refused'; readonly member: string }
  | { readonly reason: 'auth-method-unsupported' }
  | { readonly reason: 'grant-types-unsupported' }
  | { readonly reason: 'response-types-unsupported' }
  | RegistrationFailure

/**
 * Judges metadata. Members that it does not know are ignored, and so is `null`, which some clients send for "none". Of the
 * grant types that are asked for those stay that this server has (`supported`): the answer says which (RFC 7591 §3.2.1).
 * An app without a name is called after where it sends people back to. `defaultMethod` is what the leaving out of
 * `token_endpoint_auth_method` means.
 */
export function checkClientMetadata(
  metadata: JsonValue,
  supported: readonly string[],
  defaultMethod: AuthMethod,
): Result<ClientMetadata, ClientMetadataFailure> {
  const parsed = metadataSchema.safeParse(withoutNulls(metadata))
  if (!parsed.success) {
    const member = parsed.error.issues[0]?.path[0]
    return fail({ reason: 'metadata-malformed', member: typeof member === 'string' ? member : null })
  }
  const asked = parsed.data
  for (const member of ADDRESSES) {
    const address = asked[member]
    if (address !== undefined && !isPrintableAddress(address)) {
      return fail({ reason: 'metadata-address-refused', member })
    }
  }

  const authMethod = asked.token_endpoint_auth_method ?? defaultMethod
  if (!isAuthMethod(authMethod)) return fail({ reason: 'auth-method-unsupported' })
  const grantTypes = supported.filter((type) => asked.grant_types.includes(type))
  if (!grantTypes.includes(AUTHORIZATION_CODE)) return fail({ reason: 'grant-types-unsupported' })
  if (!asked.response_types.includes('code')) return fail({ reason: 'response-types-unsupported' })

  const kind = authMethod === 'none' ? 'public' : 'confidential'
  const fields = { redirectUris: asked.redirect_uris, kind }
  // The addresses are judged first: only of a good one is it known which host a nameless app is called after.
  const nameless = checkRegistration({ ...fields, name: 'nameless' })
  if (!nameless.ok) return nameless
  const name = asked.client_name ?? nameless.value.redirectUris.slice(0, 1).map(returnHost).join('')
  const registration = checkRegistration({ ...fields, name })
  // With good addresses only an empty name leaves it incomplete.
  if (!registration.ok) {
    return registration.error.reason === 'incomplete' ? fail({ reason: 'name-not-showable' }) : registration
  }
  return ok({ registration: registration.value, authMethod, grantTypes, declared: declaredIn(asked) })
}

/** An error of RFC 7591 §3.2.2: what kind it is, and the words for whoever makes the app. */
export type RegistrationRefusal = {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'
  readonly description: string
}

/** What the app's developer learns. */
export function clientMetadataError(failure: ClientMetadataFailure): RegistrationRefusal {
  switch (failure.reason) {
    case 'metadata-malformed':
      return invalidMetadata(
        failure.member === null
          ? 'The metadata must be a JSON object'
          : `${failure.member} must be ${LISTS.get(failure.member) ?? 'a text of at most 2048 characters'}`,
      )
    case 'metadata-address-refused':
      return invalidMetadata(`${failure.member} must be an http or https address`)
    case 'auth-method-unsupported':
      return invalidMetadata(`token_endpoint_auth_method must be one of ${AUTH_METHODS.join(', ')}`)
    case 'grant-types-unsupported':
      return invalidMetadata(`grant_types must have ${AUTHORIZATION_CODE} among them`)
    case 'response-types-unsupported':
      return invalidMetadata('response_types must have code among them')
    case 'incomplete':
      return invalidRedirectUri('redirect_uris must name at least one address')
    case 'too-many-redirect-uris':
    case 'redirect-uri-refused':
      return invalidRedirectUri(registrationError(failure))
    case 'name-too-long':
    case 'name-not-showable':
    case 'unknown-client-type':
      return invalidMetadata(registrationError(failure))
  }
}

const AUTH_METHODS: readonly AuthMethod[] = ['client_secret_basic', 'client_secret_post', 'none']

/** Addresses that an app may declare. None of them is ever fetched or made a link. */
const ADDRESSES = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'] as const

/** What the members that are no single text must be. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['redirect_uris', 'a list of texts'],
  ['grant_types', 'a list of texts'],
  ['response_types', 'a list of texts'],
  ['contacts', 'a list of at most 10 texts'],
])

const text = z.string().max(2048)

const metadataSchema = z.object({
  redirect_uris: z.array(z.string()).default([]),
  client_name: text.optional(),
  token_endpoint_auth_method: text.optional(),
  grant_types: z.array(text).default([AUTHORIZATION_CODE]),
  response_types: z.array(text).default(['code']),
  client_uri: text.optional(),
  logo_uri: text.optional(),
  policy_uri: text.optional(),
  tos_uri: text.optional(),
  scope: text.optional(),
  contacts: z.array(text).max(10).optional(),
  software_id: text.optional(),
  software_version: text.optional(),
  application_type: text.optional(),
})

type Metadata = z.infer<typeof metadataSchema>

/** What is kept as it was said. A `scope` bounds nothing: people decide, not registrations. */
function declaredIn(metadata: Metadata): Declared {
  const { client_uri, logo_uri, policy_uri, tos_uri, scope, contacts } = metadata
  const { software_id, software_version, application_type } = metadata
  const said = { client_uri, logo_uri, policy_uri, tos_uri, scope, contacts }
  return Object.fromEntries(
    Object.entries({ ...said, software_id, software_version, application_type }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}

function withoutNulls(metadata: JsonValue): unknown {
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) return metadata
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
}

const isAuthMethod = (method: string): method is AuthMethod => AUTH_METHODS.some((known) => known === method)

const invalidMetadata = (description: string): RegistrationRefusal => ({
  error: 'invalid_client_metadata',
  description,
})

const invalidRedirectUri = (description: string): RegistrationRefusal => ({
  error: 'invalid_redirect_uri',
  description,
})
