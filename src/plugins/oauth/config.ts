import { z } from 'zod'

const DAY_SECONDS = 86_400

/** A key whose feature is not in this version: only its default is accepted, so that nobody relies on it in vain. */
const offFor = (feature: string) =>
  z.literal(false, { error: `must be false: ${feature} is not available in this version` }).default(false)

/** The block `plugins: datasette-oauth:` of the configuration. */
export const oauthConfigSchema = z.strictObject({
  enable_device_flow: z
    .boolean()
    .default(false)
    .describe('Whether devices without a browser can ask for access.'),
  allow_root_device_tokens: z.boolean().default(false).describe('Whether root can approve devices.'),
  require_pkce: z
    .boolean()
    .default(false)
    .describe('Whether confidential clients must use PKCE too. Public clients always must.'),
  access_token_ttl: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Lifetime of access tokens in seconds, and the longest that people can choose for a device that does not refresh; null for tokens that last until access is taken back.',
    ),
  refresh_token_ttl: z
    .int()
    .positive()
    .default(30 * DAY_SECONDS)
    .describe('Lifetime of an unused refresh token in seconds.'),
  refresh_token_grace: z
    .int()
    .nonnegative()
    .default(30)
    .describe('Seconds in which the last refresh token before the present one gets the same answer again.'),
  enable_dynamic_registration: offFor('dynamic registration').describe(
    'Whether clients can register themselves.',
  ),
  enable_client_id_metadata: offFor('client metadata by URL').describe(
    'Whether a client may be named by the address of its metadata.',
  ),
})

/** The configuration of the provider with its defaults filled in. */
export type OAuthConfig = z.infer<typeof oauthConfigSchema>
