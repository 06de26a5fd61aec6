import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { fail, ok, type EndedUpstream, type Result } from '../../../plugin.ts'

export type LogoutTokenInput = {
  readonly token: string
  readonly issuer: string
  readonly clientId: string
  /** Finds the provider's key for a token. What it throws, unless it is about the token, is thrown on. */
  readonly keys: JWTVerifyGetKey
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
export async function checkLogoutToken(input: LogoutTokenInput): Promise<Result<EndedUpstream, string>> {
  const { clientId, issuer, keys, now, token } = input
  try {
    const { payload } = await jwtVerify(token, keys, {
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
    if (sid !== undefined) return ok({ sid, subject: sub ?? null })
    return sub === undefined ? fail('claims') : ok({ sid: null, subject: sub })
  } catch (error) {
    if (error instanceof errors.JOSEError) return fail(error.code)
    throw error
  }
}
