import { z } from 'zod'

const DAY_SECONDS = 86_400

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
  enable_dynamic_registration: z
    .boolean()
    .default(false)
    .describe('Whether apps can register themselves, without anybody here vouching for them.'),
  enable_client_id_metadata: z
    .boolean()
    .default(false)
    .describe('Whether the address of a document that describes an app can be its client_id.'),
})

/** The configuration of the provider with its defaults filled in. */
export type OAuthConfig = z.infer<typeof oauthConfigSchema>
