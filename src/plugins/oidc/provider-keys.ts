import { createRemoteJWKSet, customFetch, errors, jwksCache, type JWTVerifyGetKey } from 'jose'
import * as oauth from 'oauth4webapi'
import { HttpError } from '../../plugin.ts'
import type { IdentityProvider } from './identity-provider.ts'

/**
 * Finds the key that a token of this provider names. Keys are kept, and fetched anew at most twice a minute: whoever posts
 * tokens with invented keys does not make this site ask the provider each time. A 503 when the provider cannot be asked.
 */
export function keysOf(provider: IdentityProvider): JWTVerifyGetKey {
  let kept: { readonly address: string; readonly find: JWTVerifyGetKey } | null = null

  const currentSet = async () => {
    const { jwks_uri: address } = await provider.metadata()
    if (address === undefined) throw new TypeError('the provider has no jwks_uri')
    if (kept?.address !== address) kept = { address, find: remoteKeys(provider, address) }
    return kept.find
  }

  return async (header, token) => {
    try {
      const find = await currentSet()
      return await find(header, token)
    } catch (cause) {
      if (isAboutToken(cause)) throw cause
      throw new HttpError(503, 'The provider cannot be asked for its keys', { cause })
    }
  }
}

function remoteKeys({ keyCache, transport }: IdentityProvider, address: string): JWTVerifyGetKey {
  const bounded = transport[oauth.customFetch]
  return createRemoteJWKSet(new URL(address), {
    [jwksCache]: keyCache,
    [customFetch]: (url, { method, headers }) =>
      bounded(url, { method, headers: Object.fromEntries(headers), body: undefined }),
  })
}

/** Whether the keys are known, and the token fits none of them. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}
