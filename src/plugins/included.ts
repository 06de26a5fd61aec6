import type { Plugin } from './define-plugin.ts'
import { oauthPlugin } from './oauth/plugin.ts'
import { auth0Plugin, oidcPlugin } from './oidc/plugin.ts'
import { passwordsPlugin } from './passwords/plugin.ts'

/** The plugins that come with Tapedeck, in the order in which they are asked. */
export const INCLUDED_PLUGINS: readonly Plugin[] = [oauthPlugin, auth0Plugin, oidcPlugin, passwordsPlugin]
