import {
  formatRestrictions,
  tildeDecode,
  type Action,
  type RestrictionEntry,
  type Restrictions,
} from '../../../plugin.ts'

/** A part of the server that has rights of its own. */
type Part = { readonly database: string; readonly resource: string | null }

/**
 * What a token for a part of this server may do at most: what is done to that database, or to that table, view or query. SQL is
 * run on a database, so a token for one table runs none, not even in a condition on its rows. Null for parts that hold no data of
 * their own: there the address is all that bounds it.
 *
 * `path` is the path of a `resource` (RFC 8707 §2) without the base URL; `actions` are all that the server knows.
 */
export function resourceRestrictions(path: string, actions: readonly Action[]): Restrictions | null {
  const part = partOf(path)
  return part === null
    ? null
    : formatRestrictions(
        actions.filter(({ level }) => isDoneTo(part, level)).map((action) => toEntry(action, part)),
      )
}

/** As routes read a path: the database, then what is in it; `-` begins what is neither, and a dot a format. */
function partOf(path: string): Part | null {
  const [database, resource] = path.split('/').slice(1).map(nameOf)
  if (database === undefined || isNoName(database)) return null
  return { database, resource: resource === undefined || isNoName(resource) ? null : resource }
}

const nameOf = (segment: string): string => tildeDecode(segment.replace(/\..*$/u, ''))

const isNoName = (name: string): boolean => name === '' || name === '-'

function isDoneTo({ resource }: Part, level: Action['level']): boolean {
  return level === 'resource' || (level === 'database' && resource === null)
}

function toEntry(action: Action, { database, resource }: Part): RestrictionEntry {
  return resource === null ? { action, database, resource } : { action, database, resource }
}
