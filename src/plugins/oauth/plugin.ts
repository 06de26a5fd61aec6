/**
 * The OAuth 2 provider: apps ask a person for access, the person decides table by table, and the app gets an ordinary
 * API token that does what was approved and no more.
 *
 * `protocol/` judges and does nothing else, `storage/` keeps rows, `routes/` reads requests and writes responses,
 * `pages/` is markup. This file is all that the host sees.
 */
import {
  definePlugin,
  INSTANCE,
  personIdOf,
  isTokenActor,
  type Actor,
  type PluginHost,
} from '../../plugin.ts'
import { DEVICE_TOKENS, MANAGE_CLIENTS, MANAGE_GRANTS, oauthActions } from './actions.ts'
import { ClientDocuments } from './client-documents.ts'
import { oauthCommand } from './command/oauth-command.ts'
import { oauthConfigSchema } from './config.ts'
import type { Provider } from './provider.ts'
import { rootRule } from './root-rule.ts'
import { auditRoutes } from './routes/grants/audit.tsx'
import { authorizeRoutes } from './routes/consent/authorize.ts'
import { clientPageRoutes } from './routes/clients/client-page.tsx'
import { clientsJsonRoutes } from './routes/clients/clients-json.ts'
import { clientsPageRoutes } from './routes/clients/clients-page.tsx'
import { deleteUnvouchedRoute } from './routes/clients/delete-unvouched.tsx'
import { deviceAuthorizationRoute } from './routes/device/device-authorization.ts'
import { deviceOffRoutes } from './routes/device-off.ts'
import { deviceVerifyRoutes } from './routes/device/device-verify.tsx'
import { historyRoutes } from './routes/clients/history.tsx'
import { introspectRoute } from './routes/token/introspect.ts'
import { grantRoutes } from './routes/grants/grants.tsx'
import { metadataRoutes, resourceMetadataAddress } from './routes/discovery/metadata.ts'
import { APPS_PATH, GRANTS_PATH, OAUTH_AUDIT_PATH, VERIFY_PATH } from './routes/paths.ts'
import { registerRoute } from './routes/discovery/register.ts'
import { revokeRoute } from './routes/token/revoke.ts'
import { tokenRoute } from './routes/token/token.ts'
import { trialRoute } from './routes/clients/trial.tsx'
import { adoptClients } from './storage/adopt-clients.ts'
import { AuditStore } from './storage/audit.ts'
import { ChangeWatch } from './storage/change-watch.ts'
import { ClientStore } from './storage/clients.ts'
import { CodeStore } from './storage/codes.ts'
import { ConsentStore } from './storage/consents.ts'
import { DeviceRequestStore } from './storage/device-requests.ts'
import { GrantChanges } from './storage/grant-changes.ts'
import { GrantList } from './storage/grant-list.ts'
import { GrantUses } from './storage/grant-uses.ts'
import { GrantStore } from './storage/grants.ts'
import { oauthMigrations } from './storage/migrations.ts'
import { RefreshTokenStore } from './storage/refresh-tokens.ts'
import { Remembered } from './storage/remembered.ts'
import { purgeBesideRequest, purgeInUpkeep } from './storage/purge.ts'
import { UnvouchedClientStore } from './storage/unvouched-clients.ts'
import { UserCodeAttemptStore } from './storage/user-code-attempts.ts'
import type { OAuthTables } from './storage/tables.ts'
import { WriteGroup } from './storage/write-group.ts'
import { tokenGrantOf } from './token-grant.ts'

/** The provider as a plugin, configured under `plugins: datasette-oauth:`. */
export const oauthPlugin = definePlugin({
  name: 'datasette-oauth',
  config: oauthConfigSchema,
  actions: oauthActions,
  rules: rootRule,
  migrations: oauthMigrations,
  commands: [oauthCommand],
  activate: (host, config) => {
    const db = host.store.$extendTables<OAuthTables>()
    const changes = new GrantChanges(db)
    const watch = new ChangeWatch(changes)
    const clients = new ClientStore(db, changes)
    const grants = new GrantStore(db, changes)
    const provider: Provider = {
      host,
      config,
      clients,
      // One that is not known may be registered at the next moment.
      provingClients: new Remembered(watch, async (id) => (await clients.findProving(id)) ?? undefined),
      unvouchedClients: new UnvouchedClientStore(db),
      documents: new ClientDocuments(host.fetchPublic, host.clock),
      consents: new ConsentStore(db),
      codes: new CodeStore(db),
      grants,
      liveGrants: new Remembered(watch, (id) => grants.findLive(id)),
      grantList: new GrantList(db),
      grantUses: new GrantUses(db),
      writes: new WriteGroup(host.disk),
      refreshTokens: new RefreshTokenStore(db),
      deviceRequests: new DeviceRequestStore(db),
      userCodeAttempts: new UserCodeAttemptStore(db, host.random),
      audit: new AuditStore(db, host.random),
      purge: () => purgeBesideRequest(db, host.clock.now()),
    }
    return {
      routes: [
        ...clientsPageRoutes(provider),
        ...clientsJsonRoutes(provider),
        ...clientPageRoutes(provider),
        deleteUnvouchedRoute(provider),
        ...grantRoutes(provider),
        ...auditRoutes(provider),
        ...historyRoutes(provider),
        ...authorizeRoutes(provider),
        tokenRoute(provider),
        trialRoute(provider),
        registerRoute(provider),
        revokeRoute(provider),
        introspectRoute(provider),
        ...metadataRoutes(provider),
        ...(config.enable_device_flow
          ? [deviceAuthorizationRoute(provider), ...deviceVerifyRoutes(provider)]
          : deviceOffRoutes(host)),
      ],
      hooks: {
        menuLinks: async (actor) => [
          ...(isPerson(actor) ? [{ label: 'Apps with access to your data', path: APPS_PATH }] : []),
          ...(mayAsPerson(host, actor, MANAGE_GRANTS)
            ? [
                { label: 'Apps with access to everybody’s data', path: GRANTS_PATH },
                { label: 'What happened with apps', path: OAUTH_AUDIT_PATH },
              ]
            : []),
          ...(mayAsPerson(host, actor, MANAGE_CLIENTS)
            ? [{ label: 'OAuth apps', path: '/-/oauth/clients' }]
            : []),
          ...(config.enable_device_flow && mayAsPerson(host, actor, DEVICE_TOKENS)
            ? [{ label: 'Connect a device', path: VERIFY_PATH }]
            : []),
        ],
        signedIn: async (actor) => {
          const personId = personIdOf(actor)
          if (personId !== null) await grants.refreshPerson(personId, actor, host.clock.now())
        },
        accountClosed: async (personId) => {
          await grants.endAllOf(personId, host.clock.now())
        },
        startup: () => adoptClients(db, host.random, host.clock.now()),
        purge: (now) => purgeInUpkeep(db, now),
        resourceMetadata: (c) => resourceMetadataAddress(provider, c),
        tokenGrant: tokenGrantOf(provider),
      },
    }
  },
})

function isPerson(actor: Actor): boolean {
  return !isTokenActor(actor) && personIdOf(actor) !== null
}

function mayAsPerson(host: PluginHost, actor: Actor, action: string): boolean {
  return isPerson(actor) && host.permissions.allows(actor, action, INSTANCE)
}
