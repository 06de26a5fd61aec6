/**
 * Signing in at an OpenID Connect provider, and at Auth0, which is one with endpoints that are known beforehand.
 *
 * `protocol/` judges and does nothing else, `routes/` reads requests and writes responses, `identity-provider.ts` is what is
 * known of a provider. Who is signed in is the host's affair: this plugin proves who somebody is and hands that over.
 */
import { definePlugin, type ActivePlugin, type PluginHost } from '../../plugin.ts'
import { auth0ConfigSchema, oidcConfigSchema } from './config.ts'
import { auth0Provider, oidcProvider, type IdentityProvider } from './identity-provider.ts'
import { backchannelLogoutRoute } from './routes/backchannel-logout.ts'
import { signInRoutes } from './routes/sign-in.ts'

/** Any OpenID Connect provider, or several, configured under `plugins: oidc:`. */
export const oidcPlugin = definePlugin({
  name: 'oidc',
  config: oidcConfigSchema,
  actions: [],
  migrations: {},
  activate: (host, providers) =>
    signInWith(
      host,
      providers.map((config) => oidcProvider(config, host.fetch)),
    ),
})

/** Auth0, configured under `plugins: datasette-auth0:`, at the addresses of that plugin. */
export const auth0Plugin = definePlugin({
  name: 'datasette-auth0',
  config: auth0ConfigSchema,
  actions: [],
  migrations: {},
  activate: (host, config) => {
    if (config === null) return { routes: [], hooks: {} }
    const { routes, hooks } = signInWith(host, [auth0Provider(config, host.fetch)])
    return {
      routes: [
        ...routes,
        {
          method: 'GET',
          path: '/-/auth0-logout',
          allow: { who: 'anyone' },
          handle: (c) => c.redirect(host.urls.path('/-/logout'), 302),
        },
      ],
      hooks,
    }
  },
})

function signInWith(host: PluginHost, providers: readonly IdentityProvider[]): ActivePlugin {
  return {
    routes: providers.flatMap((provider) => [
      ...signInRoutes(host, provider),
      backchannelLogoutRoute(host, provider),
    ]),
    hooks: {
      signInLinks: async () =>
        providers.flatMap(({ label, paths }) => [
          { label, path: paths.login },
          { label: `${label} as somebody else`, path: `${paths.login}?prompt=login` },
        ]),
      signOutUrl: async (c, upstream) => {
        for (const provider of providers) {
          // A provider that does not answer keeps nobody from signing out here.
          const metadata = await provider.metadata().catch(() => null)
          if (metadata?.issuer !== upstream.issuer) continue
          return provider.signOutUrl(metadata, host.urls.absolute(c.req.raw, '/'), upstream.idToken)
        }
        return null
      },
    },
  }
}
