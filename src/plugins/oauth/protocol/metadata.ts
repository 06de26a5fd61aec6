import { isLoopback } from '../../../plugin.ts'
import { AUTHORIZATION_CODE } from './grants/authorization-code.ts'
import { DEVICE_CODE } from './grants/device-code.ts'
import { FULL_ACCESS, OFFLINE_ACCESS } from './scope.ts'
import { REFRESH_TOKEN } from './grants/refresh-token.ts'

/** What this server says of itself (RFC 8414 §2). Only what works is in it. */
export type ServerMetadata = {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly device_authorization_endpoint?: string
  readonly registration_endpoint?: string
  readonly revocation_endpoint: string
  readonly introspection_endpoint: string
  readonly scopes_supported: readonly string[]
  readonly response_types_supported: readonly string[]
  readonly response_modes_supported: readonly string[]
  readonly grant_types_supported: readonly string[]
  readonly token_endpoint_auth_methods_supported: readonly string[]
  readonly revocation_endpoint_auth_methods_supported: readonly string[]
  readonly introspection_endpoint_auth_methods_supported: readonly string[]
  readonly code_challenge_methods_supported: readonly string[]
  readonly authorization_response_iss_parameter_supported: boolean
  readonly client_id_metadata_document_supported?: true
}

/** Where the endpoints are, as full addresses; `device` and `register` are null while they are off. */
export type EndpointAddresses = {
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  readonly introspect: string
  readonly device: string | null
  readonly register: string | null
}

const WITH_SECRET = ['client_secret_basic', 'client_secret_post'] as const

/**
 * Describes the server whose address is `issuer`; `refreshes` says whether access tokens expire, so that a refresh token can be asked for, and `takesDocuments`
 * whether a `client_id` may be the address of a document.
 */
export function serverMetadata(
  issuer: string,
  { authorize, token, revoke, introspect, device, register }: EndpointAddresses,
  { refreshes, takesDocuments }: { readonly refreshes: boolean; readonly takesDocuments: boolean },
): ServerMetadata {
  return {
    issuer,
    authorization_endpoint: authorize,
    token_endpoint: token,
    ...(device !== null && { device_authorization_endpoint: device }),
    ...(register !== null && { registration_endpoint: register }),
    revocation_endpoint: revoke,
    introspection_endpoint: introspect,
    scopes_supported: ['read', 'write', FULL_ACCESS, ...(refreshes ? [OFFLINE_ACCESS] : [])],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [AUTHORIZATION_CODE, REFRESH_TOKEN, ...(device === null ? [] : [DEVICE_CODE])],
    token_endpoint_auth_methods_supported: [...WITH_SECRET, 'none'],
    revocation_endpoint_auth_methods_supported: [...WITH_SECRET, 'none'],
    introspection_endpoint_auth_methods_supported: WITH_SECRET,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...(takesDocuments && { client_id_metadata_document_supported: true }),
  }
}

/** What this server says of itself as what tokens are for (RFC 9728 §2): it gives them out itself, and takes them in one header. */
export type ResourceMetadata = {
  readonly resource: string
  readonly authorization_servers: readonly [string]
  readonly bearer_methods_supported: readonly ['header']
}

/** Describes the server `issuer`, or what stands at `path` on it; `path` begins with a slash, or is empty for the server as a whole. */
export function resourceMetadata(issuer: string, path: string): ResourceMetadata {
  return { resource: issuer + path, authorization_servers: [issuer], bearer_methods_supported: ['header'] }
}

/**
 * Whether a server may say so of itself (RFC 8414 §2, RFC 9728 §1.2): its address is https, or on this machine, where http cannot be
 * listened to.
 */
export function mayBeIssuer(issuer: string): boolean {
  const { hostname, protocol } = new URL(issuer)
  return protocol === 'https:' || hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/gu, ''))
}

/** Where clients look for it (RFC 8414 §3, RFC 9728 §3.1): the well-known name stands before the path of the issuer. */
export function metadataPath(
  name: 'oauth-authorization-server' | 'oauth-protected-resource',
  basePath: string,
): string {
  return `/.well-known/${name}${basePath.replace(/\/$/u, '')}`
}
