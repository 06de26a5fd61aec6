import type { Permissions } from '../permissions/permissions.ts'
import type { ActionPlace } from '../permissions/describe-action.ts'
import type { ActionLevel, Resource } from '../permissions/action.ts'

/**
 * What a token has to carry so that this may be done to that: the action and all that it also requires, apart by
 * spaces, each as `action`, `action:database` or `action:database/resource`, every part percent-encoded as in
 * RFC 3986. It is for the `scope` of a bearer challenge (RFC 6750 §3) and reads back as a request for a token.
 */
export function neededScope(permissions: Permissions, action: string, resource: Resource): string {
  return neededActions(permissions, action)
    .map((name) => {
      const place = placeOf(resource, permissions.findAction(name)?.level ?? 'global')
      return place.length === 0
        ? percentEncode(name)
        : `${percentEncode(name)}:${place.map(percentEncode).join('/')}`
    })
    .join(' ')
}

/** The action, then what it requires, then what that requires. Circles are refused at start. */
function neededActions(permissions: Permissions, action: string): readonly string[] {
  const also = permissions.findAction(action)?.alsoRequires ?? null
  return also === null ? [action] : [action, ...neededActions(permissions, also)]
}

/** The part of a resource that an action of this level is done to. */
export function placeOf(resource: Resource, level: ActionLevel): ActionPlace {
  if (resource.level === 'global' || level === 'global') return []
  if (resource.level === 'database' || level === 'database') return [resource.database]
  return [resource.database, resource.resource]
}

/** Encodes all but the unreserved characters of RFC 3986; `encodeURIComponent` leaves five more as they are. */
function percentEncode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/gu, hex)
}
