import type { Actor } from '../../auth/actor.ts'
import { INSTANCE } from '../../permissions/action.ts'
import type { Permissions } from '../../permissions/permissions.ts'

/** A page of the server itself. `path` is without the base URL. */
export type ServerPage = {
  readonly path: string
  readonly label: string
  readonly description: string
  /** What is needed to open it; null for nothing. */
  readonly action: 'view-instance' | 'permissions-debug' | null
}

/** The pages that tell how the server is set up and why it decides as it does. */
const DEBUG_PAGES: readonly ServerPage[] = [
  page('/-/databases', 'Databases', 'The databases and their files', 'view-instance'),
  page('/-/plugins', 'Plugins', 'What extends this server', 'view-instance'),
  page('/-/versions', 'Versions', 'What this server is made of', 'view-instance'),
  page('/-/settings', 'Settings', 'The settings that hold', 'view-instance'),
  page('/-/config', 'Configuration', 'The configuration as it was given', 'view-instance'),
  page('/-/api', 'API explorer', 'The addresses of the API, with examples', 'view-instance'),
  page('/-/threads', 'Processes', 'The processes of this server', 'permissions-debug'),
  page('/-/check', 'Explain a permission', 'Why somebody may do something', 'permissions-debug'),
  page('/-/allowed', 'Allowed', 'Where you may do something', null),
  page('/-/rules', 'Permission rules', 'The rules about an action', 'permissions-debug'),
  page('/-/permissions', 'Permission activity', 'The last decisions', 'permissions-debug'),
  page('/-/actions', 'Actions', 'What can be allowed', 'permissions-debug'),
  page('/-/allow-debug', 'Allow blocks', 'Tries an allow block on an actor', null),
  page('/-/token', 'Token', 'What a token says', null),
  page('/-/actor', 'Actor', 'Who you are to the rules', null),
]

/** Those that this reader may open: none without the action `debug-menu` (host.md §9.12). */
export function debugPages(permissions: Permissions, actor: Actor | null): readonly ServerPage[] {
  if (!permissions.allows(actor, 'debug-menu', INSTANCE)) return []
  return DEBUG_PAGES.filter(({ action }) => action === null || permissions.allows(actor, action, INSTANCE))
}

function page(path: string, label: string, description: string, action: ServerPage['action']): ServerPage {
  return { path, label, description, action }
}
