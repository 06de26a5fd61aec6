import { describeAction, formatIso, visible, type JsonObject, type PluginHost } from '../../../../plugin.ts'
import type { GrantWords } from '../../pages/grant-facts.tsx'
import { COMMAND_LINE_CLIENT_ID } from '../../protocol/ids.ts'
import { returnHost } from '../../protocol/redirect-uri.ts'
import { formatPlainScopes } from '../../protocol/scope-plain.ts'
import { placeOf, scopeArrays, type GrantedScopes, type Scope } from '../../protocol/scope.ts'
import type { ListedGrant } from '../../storage/grant-list.ts'
import type { AskedAtDesk, GrantDesk } from './grant-desk.ts'
import { withQuery } from './grant-query.ts'
import { UNVOUCHED_PATH } from '../paths.ts'

/** A grant as its pages show it. `asked` is the search that it was found by, to go back to. */
export function grantWords(
  host: PluginHost,
  desk: GrantDesk,
  grant: ListedGrant,
  asked: AskedAtDesk,
): GrantWords {
  const { client, grantId, scopes, userId } = grant
  const [redirectUri] = client.redirectUris
  const list = host.urls.path(desk.path)
  const isEverybodys = desk.kind === 'everybody'
  const siblings = { client: client.clientId, actor: isEverybodys ? String(userId) : null }
  return {
    ...grant,
    path: withQuery(host.urls.path(`${desk.path}/${grantId}`), asked),
    siblings: {
      ...siblings,
      action: list,
      path: withQuery(list, siblings),
    },
    app: {
      name: client.clientId === COMMAND_LINE_CLIENT_ID ? null : visible(client.name),
      host: redirectUri === undefined ? null : returnHost(redirectUri),
      registeredBy: client.createdBy === null ? null : String(client.createdBy),
      othersPath: isEverybodys ? withQuery(list, { client: client.clientId }) : null,
      deletion:
        isEverybodys && client.createdBy === null && client.clientId !== COMMAND_LINE_CLIENT_ID
          ? { clientId: client.clientId, action: host.urls.path(UNVOUCHED_PATH) }
          : null,
    },
    person: isEverybodys
      ? { id: String(userId), othersPath: withQuery(list, { actor: String(userId) }) }
      : null,
    lines: linesOf(host, scopes),
  }
}

/** What was given, in words; null for full access. */
export function linesOf(host: PluginHost, scopes: GrantedScopes): GrantWords['lines'] {
  return scopes.access === 'full'
    ? null
    : scopes.scopes.map((scope) => ({ value: JSON.stringify(scope), ...scopeWords(host, scope) }))
}

function scopeWords({ permissions }: PluginHost, scope: Scope) {
  const action = permissions.findAction(scope[0])
  if (action !== null) return describeAction(action, placeOf(scope))
  const sentence = [{ text: 'Nothing by now: this site has no ' }, { name: visible(scope[0]) }]
  return { group: 'administer', powerful: false, sentence } as const
}

/** A grant for a program. */
export function grantJson({ client, lastUse, ...grant }: ListedGrant): JsonObject {
  const scopes = scopeArrays(grant.scopes)
  return {
    grant_id: grant.grantId,
    actor_id: grant.userId,
    client_id: client.clientId,
    client_name: client.name,
    client_registered_by: client.createdBy,
    scope: formatPlainScopes(scopes),
    datasette_scopes: scopes,
    resource: grant.resource,
    created_at: formatIso(grant.createdAt),
    narrowed_at: grant.narrowedAt === null ? null : formatIso(grant.narrowedAt),
    last_used_at: lastUse === null ? null : formatIso(lastUse.at),
    last_used_address: lastUse?.address ?? null,
    pending: grant.isPending,
    expires_at: grant.endsAt === null ? null : formatIso(grant.endsAt),
  }
}
