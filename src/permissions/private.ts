import type { Actor } from '../auth/actor.ts'
import type { Permissions, Resource } from './permissions.ts'

/** Whether this actor may do it and a visitor who is not signed in may not: what pages mark with a padlock (host.md §5.5). */
export function isPrivate(
  permissions: Permissions,
  actor: Actor | null,
  action: string,
  resource: Resource,
): boolean {
  return permissions.allows(actor, action, resource) && !permissions.allows(null, action, resource)
}
