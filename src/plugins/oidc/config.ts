import { z } from 'zod'
import { allowBlockSchema } from '../../plugin.ts'

const text = z.string().min(1)

/** `https:` anywhere, `http:` only on this computer. */
const issuerSchema = z
  .string()
  .regex(
    /^(?:https:\/\/[^/?#@\s]+|http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?)(?:\/[^?#\s]*)?$/u,
    'expected an https:// address (http:// only on 127.0.0.1, [::1] or localhost)',
  )
  .refine((issuer) => !issuer.includes('/.well-known/'), {
    error: 'expected the address before /.well-known/…, which is found by itself',
  })

const shared = {
  client_id: text.describe('The id that the provider gave this site.'),
  scope: text
    .regex(/(?:^| )openid(?: |$)/u, 'expected scopes apart by spaces, openid among them')
    .default('openid profile email')
    .describe('What is asked of the provider; must contain openid.'),
  actor_id_claim: text
    .default('sub')
    .describe('The claim that becomes the id of the actor. Of email only a verified one is taken.'),
  claims: z
    .record(text, text)
    .default({})
    .describe('Keys of the actor that come from a claim: its name, or a path with dots into nested claims.'),
  allow: allowBlockSchema
    .optional()
    .describe('Who may sign in, as an allow block about the actor; everybody when left out.'),
  allowed_domains: z
    .array(text.regex(/^[^@\s]+$/u, 'expected a domain such as example.com'))
    .optional()
    .describe('Domains of verified email addresses that may sign in; all when left out.'),
} as const

/** One provider under `plugins: oidc:`. */
const providerSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/u, 'expected up to 32 of a-z, 0-9 and -')
    .default('provider')
    .describe('Names the provider in addresses of this site; each has its own.'),
  label: text.default('Sign in').describe('What the button on the sign-in page says.'),
  issuer: issuerSchema.describe('The address of the provider; its metadata is found below it.'),
  client_secret: text
    .optional()
    .describe('The secret that the provider gave this site; none for a public client.'),
  ...shared,
})

/** The block `plugins: oidc:`: one provider, or a list of them. */
export const oidcConfigSchema = z.preprocess(
  (block) => (Array.isArray(block) ? block : isEmptyBlock(block) ? [] : [block]),
  z
    .array(providerSchema)
    .refine((providers) => new Set(providers.map(({ name }) => name)).size === providers.length, {
      error: 'each provider needs a name of its own',
    }),
)

const auth0Schema = z.strictObject({
  domain: z
    .string()
    .regex(
      /^(?:(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/iu,
      'expected the domain of the Auth0 tenant without https://, such as example.eu.auth0.com',
    )
    .describe('The domain of the Auth0 tenant.'),
  client_secret: text.describe('The secret of the Auth0 application.'),
  ...shared,
})

/** The block `plugins: datasette-auth0:`; an absent one is null. A block with anything in it needs all of it. */
export const auth0ConfigSchema = z.preprocess(
  (block) => (isEmptyBlock(block) ? null : block),
  auth0Schema.nullable(),
)

function isEmptyBlock(block: unknown): boolean {
  return typeof block === 'object' && block !== null && Object.keys(block).length === 0
}

/** Every key of a provider, for the documentation. */
export const OIDC_KEYS: readonly string[] = Object.keys(providerSchema.shape)

/** Every key of Auth0's block. */
export const AUTH0_KEYS: readonly string[] = Object.keys(auth0Schema.shape)

export type ProviderConfig = z.infer<typeof providerSchema>
export type Auth0Config = z.infer<typeof auth0ConfigSchema>
