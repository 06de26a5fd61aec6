import type { Action } from '../../plugin.ts'

/** Lets a person register clients and manage their own. */
export const MANAGE_CLIENTS = 'oauth-manage-clients'

/** Lets a person approve sign-ins of devices. */
export const DEVICE_TOKENS = 'oauth-device-tokens'

/** Lets a person see what everybody gave to apps, and end it. */
export const MANAGE_GRANTS = 'oauth-manage-grants'

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
  globalAction(
    MANAGE_GRANTS,
    'See and end what people gave to OAuth clients, and read the OAuth audit trail',
  ),
]
