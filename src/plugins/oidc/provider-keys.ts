import type { JSONWebKeySet } from 'jose'
import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import type { IdentityProvider } from './identity-provider.ts'

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** The keys that a provider signs with now. Rejects when it cannot be asked, or answers with something else. */
export async function fetchKeys(
  { transport }: IdentityProvider,
  as: oauth.AuthorizationServer,
): Promise<JSONWebKeySet> {
  if (as.jwks_uri === undefined) throw new TypeError('the provider has no jwks_uri')
  const response = await transport[oauth.customFetch](as.jwks_uri, {
    method: 'GET',
    headers: { accept: 'application/json' },
    body: undefined,
  })
  return keySetSchema.parse(await response.json())
}
