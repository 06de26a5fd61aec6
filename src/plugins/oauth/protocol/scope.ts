import type { ActionLevel, ActionPlace } from '../../../plugin.ts'

/**
 * One permission at one place, in the only form that the code passes around: an action everywhere, in one
 * database, or on one table, view or query in it. It is also the JSON form on the wire.
 */
export type Scope =
  | readonly [action: string]
  | readonly [action: string, database: string]
  | readonly [action: string, database: string, resource: string]

/** What a person approved. Only `full` may become a token without restrictions; a list is never empty. */
export type GrantedScopes =
  | { readonly access: 'full' }
  | { readonly access: 'listed'; readonly scopes: readonly [Scope, ...Scope[]] }

/** The one name for access without restrictions, in either form. */
export const FULL_ACCESS = 'full-access'

/** The name that asks for a refresh token, in either form. It grants nothing. */
export const OFFLINE_ACCESS = 'offline_access'

/** Parts as a scope, or null when there are none or too many, or one is empty or not text that UTF-8 can write. */
export function toScope(parts: readonly string[]): Scope | null {
  const [action, database, resource, ...rest] = parts
  if (action === undefined || rest.length > 0) return null
  if (!parts.every((part) => part !== '' && part.isWellFormed())) return null
  if (database === undefined) return [action]
  return resource === undefined ? [action, database] : [action, database, resource]
}

/** Where a scope is. */
export function placeOf([, database, resource]: Scope): ActionPlace {
  if (database === undefined) return []
  return resource === undefined ? [database] : [database, resource]
}

/** How many names may follow an action of this level: a table's action may also be asked for wider. */
const DEEPEST: Readonly<Record<ActionLevel, number>> = { global: 0, database: 1, resource: 2 }

/** Whether an action of this level exists at this place or below. What does not can grant nothing. */
export function reaches(level: ActionLevel, scope: Scope): boolean {
  return scope.length - 1 <= DEEPEST[level]
}

/** Whether there is anything in the list, told to the compiler. */
export function isNonEmpty(scopes: readonly Scope[]): scopes is readonly [Scope, ...Scope[]] {
  return scopes.length > 0
}

/** What was granted in the JSON form of the wire (`datasette_scopes`). */
export function scopeArrays(granted: GrantedScopes): readonly Scope[] {
  return granted.access === 'full' ? [[FULL_ACCESS]] : granted.scopes
}
