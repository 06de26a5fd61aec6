import { isTokenActor, type Actor } from '../auth/actor.ts'
import { INSTANCE } from '../permissions/action.ts'
import type { Permissions } from '../permissions/permissions.ts'
import type { CombinedHooks, MenuLink } from '../plugins/hooks.ts'

/** What the account menu leads to for somebody. Paths are without the base URL. */
export type AccountLinks = (actor: Actor | null) => Promise<readonly MenuLink[]>

/** Makes the one list of the account menu: what plugins add, then the host's own. Empty for nobody and for tokens. */
export function createAccountLinks(hooks: CombinedHooks, permissions: Permissions): AccountLinks {
  return async (actor) => {
    if (actor === null || isTokenActor(actor)) return []
    const mayDebug = permissions.allows(actor, 'permissions-debug', INSTANCE)
    const mayAudit = permissions.allows(actor, 'view-audit', INSTANCE)
    return [
      ...(await hooks.menuLinks(actor)),
      { label: 'Create an API token', path: '/-/create-token' },
      ...(mayDebug ? [{ label: 'Permissions', path: '/-/check' }] : []),
      ...(mayAudit ? [{ label: 'Audit trail', path: '/-/audit' }] : []),
      { label: 'Where you are signed in', path: '/-/logout' },
    ]
  }
}
