import { HttpError } from '../../http/http-error.ts'
import type { Urls } from '../../http/urls.ts'
import { databaseResource, INSTANCE, tableResource, type Resource } from '../../permissions/action.ts'
import type { Action, Permissions } from '../../permissions/permissions.ts'
import { databasePath, tablePath } from '../links.ts'

/** The action that a request names by its full name, or a refusal in Datasette's words. */
export function requireAction(permissions: Permissions, name: string | null): Action {
  if (name === null || name === '') throw new HttpError(400, 'action parameter is required')
  const action = permissions.findAction(name)
  if (action === null || action.name !== name) throw new HttpError(404, `Unknown action: ${name}`)
  return action
}

/** A database, or something in one, as tools name them: `parent` and `child`. */
export type Place = { readonly parent: string | null; readonly child: string | null }

/** Reads a place; an empty text is none. A child without a parent is refused with these words. */
export function requirePlace(parent: string | null, child: string | null, orphan: string): Place {
  const place = { parent: parent === '' ? null : parent, child: child === '' ? null : child }
  if (place.child !== null && place.parent === null) throw new HttpError(400, orphan)
  return place
}

/** The resource that a place is. */
export function resourceOf({ parent, child }: Place): Resource {
  if (parent === null) return INSTANCE
  return child === null ? databaseResource(parent) : tableResource(parent, child)
}

/** The place that a resource is. */
export function placeOf(resource: Resource): Place {
  return {
    parent: resource.level === 'global' ? null : resource.database,
    child: resource.level === 'resource' ? resource.resource : null,
  }
}

/** The path of a place, with the base URL: the home page for the instance. */
export function placePath(urls: Urls, { parent, child }: Place): string {
  if (parent === null) return urls.path('/')
  return urls.path(child === null ? databasePath(parent) : tablePath(parent, child))
}

/** A place as people read it. */
export function placeWords({ parent, child }: Place): string {
  return [parent ?? 'everywhere', ...(child === null ? [] : [child])].join(' / ')
}
