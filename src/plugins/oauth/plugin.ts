/**
 * The OAuth 2 provider: apps ask a person for access, the person decides table by table, and the app gets an ordinary
 * API token that does what was approved and no more.
 *
 * `protocol/` judges and does nothing else, `storage/` keeps rows, `routes/` reads requests and writes responses,
 * `pages/` is markup. This file is all that the host sees.
 */
import { INSTANCE, definePlugin, isTokenActor, type Actor, type PluginHost } from '../../plugin.ts'
import { MANAGE_CLIENTS, oauthActions } from './actions.ts'
import { oauthConfigSchema } from './config.ts'
import { GRANT_KEY } from './protocol/access-token.ts'
import { isGrantId } from './protocol/ids.ts'
import type { Provider } from './provider.ts'
import { authorizeRoutes } from './routes/authorize.ts'
import { clientPageRoutes } from './routes/client-page.tsx'
import { clientsJsonRoutes } from './routes/clients-json.ts'
import { clientsPageRoutes } from './routes/clients-page.tsx'
import { deviceRoutes } from './routes/device.ts'
import { tokenRoute } from './routes/token.ts'
import { AuditStore } from './storage/audit.ts'
import { ClientStore } from './storage/clients.ts'
import { CodeStore } from './storage/codes.ts'
import { ConsentStore } from './storage/consents.ts'
import { GrantStore } from './storage/grants.ts'
import { codeGrant } from './storage/migrations/0001-code-grant.ts'
import { purgeExpired } from './storage/purge.ts'
import type { OAuthTables } from './storage/tables.ts'

/** The provider as a plugin, configured under `plugins: datasette-oauth:`. */
export const oauthPlugin = definePlugin({
  name: 'datasette-oauth',
  config: oauthConfigSchema,
  actions: oauthActions,
  migrations: { '0001-code-grant': codeGrant },
  activate: (host, config) => {
    const db = host.store.$extendTables<OAuthTables>()
    const grants = new GrantStore(db)
    const provider: Provider = {
      host,
      config,
      clients: new ClientStore(db),
      consents: new ConsentStore(db),
      codes: new CodeStore(db),
      grants,
      audit: new AuditStore(db, host.random),
      purge: () => purgeExpired(db, host.clock.now()),
    }
    return {
      routes: [
        ...clientsPageRoutes(provider),
        ...clientsJsonRoutes(provider),
        ...clientPageRoutes(provider),
        ...authorizeRoutes(provider),
        tokenRoute(provider),
        ...deviceRoutes(),
      ],
      hooks: {
        menuLinks: (actor) =>
          mayManageClients(host, actor) ? [{ label: 'OAuth apps', path: '/-/oauth/clients' }] : [],
        tokenGrant: async (payload) => {
          const grantId = payload[GRANT_KEY]
          if (grantId === undefined) return null
          const person = isGrantId(grantId) ? await grants.findPerson(grantId) : null
          return person === null
            ? { kind: 'refused', message: 'Token has been revoked' }
            : { kind: 'live', person }
        },
      },
    }
  },
})

function mayManageClients(host: PluginHost, actor: Actor | null): boolean {
  return actor !== null && !isTokenActor(actor) && host.permissions.allows(actor, MANAGE_CLIENTS, INSTANCE)
}
