import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { fail, ok, type Result } from '../../../plugin.ts'

/** What a provider says that it has ended: one of its sessions, or everything of one person. */
export type EndedAtProvider = { readonly sid: string } | { readonly subject: string }

export type LogoutTokenInput = {
  readonly token: string
  readonly issuer: string
  readonly clientId: string
  readonly keys: JSONWebKeySet
  readonly now: Date
}

/** How old a logout token may be, in seconds, so that an old one ends nothing later. */
const MAX_AGE_SECONDS = 120

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const claimsSchema = z.object({
  sub: z.string().min(1).optional(),
  sid: z.string().min(1).optional(),
  jti: z.string().min(1),
  events: z.object({ [EVENT]: z.object({}) }),
  // An ID token that somebody caught must not pass for a logout token.
  nonce: z.undefined().optional(),
})

/** Judges a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). The failure is for the log. */
export async function checkLogoutToken(input: LogoutTokenInput): Promise<Result<EndedAtProvider, string>> {
  const { clientId, issuer, keys, now, token } = input
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: clientId,
      maxTokenAge: MAX_AGE_SECONDS,
      requiredClaims: ['iat', 'jti', 'events'],
      currentDate: now,
      clockTolerance: 30,
      // Never `none`, and no algorithm whose key would be shared.
      algorithms: [
        'RS256',
        'RS384',
        'RS512',
        'PS256',
        'PS384',
        'PS512',
        'ES256',
        'ES384',
        'ES512',
        'EdDSA',
        'Ed25519',
      ],
    })
    const claims = claimsSchema.safeParse(payload)
    if (!claims.success) return fail('claims')
    const { sid, sub } = claims.data
    if (sid !== undefined) return ok({ sid })
    return sub === undefined ? fail('claims') : ok({ subject: sub })
  } catch (error) {
    if (error instanceof errors.JOSEError) return fail(error.code)
    throw error
  }
}
