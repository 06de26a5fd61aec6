import { INSTANCE, ROOT_ACTOR_ID, type Action, type Rule } from '../../plugin.ts'
import type { OAuthConfig } from './config.ts'

/** Lets a person register clients and manage their own. */
export const MANAGE_CLIENTS = 'oauth-manage-clients'

/** Lets a person approve sign-ins of devices. */
export const DEVICE_TOKENS = 'oauth-device-tokens'

const globalAction = (name: string, description: string): Action => ({
  name,
  abbr: null,
  description,
  level: 'global',
  resourceKind: null,
  alsoRequires: null,
  allowedByDefault: false,
})

/** The actions that this plugin adds (host.md §2.4). Nobody has them unless the configuration says so. */
export const oauthActions: readonly Action[] = [
  globalAction(MANAGE_CLIENTS, 'Register and manage OAuth clients'),
  globalAction(DEVICE_TOKENS, 'Approve device authorization requests'),
]

/** Root holds every action, and a device that root approved would too: unless the configuration allows it, root approves none (host.md §13.1). */
export function deviceRules(config: OAuthConfig): readonly Rule[] {
  if (config.allow_root_device_tokens) return []
  return [
    {
      action: DEVICE_TOKENS,
      scope: INSTANCE,
      judge: (actor) => (actor?.['id'] === ROOT_ACTOR_ID ? 'deny' : null),
      source: 'datasette-oauth',
      reason: 'root approves no devices unless allow_root_device_tokens is on',
    },
  ]
}
