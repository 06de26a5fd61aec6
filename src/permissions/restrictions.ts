import type { Actor } from '../auth/actor.ts'
import { isJsonObject, type JsonValue } from '../http/json.ts'
import type { Action, Resource } from './action.ts'

/** What a token may do at most (host.md §2.3): allowlists by scope. Names or abbreviations of actions. */
export type Restrictions = {
  readonly a?: readonly string[]
  readonly d?: Readonly<Record<string, readonly string[]>>
  readonly r?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** One thing that a token may do, and where: everywhere, in one database, or on one table, view or query of it. */
export type RestrictionEntry = {
  /** Written by its abbreviation where it has one; a name that no action has is written as it is, and inert. */
  readonly action: Pick<Action, 'name' | 'abbr'>
} & (
  | { readonly database: null; readonly resource: null }
  | { readonly database: string; readonly resource: null }
  | { readonly database: string; readonly resource: string }
)

/** Writes what a token may do at most. Null for no entries: that is a token without restrictions, never an empty list. */
export function formatRestrictions(entries: readonly RestrictionEntry[]): Restrictions | null {
  if (entries.length === 0) return null
  const everywhere = entries.filter(({ database }) => database === null)
  const inside = entries.filter((entry) => entry.database !== null)
  const wide = inside.filter((entry) => entry.resource === null)
  const narrow = inside.filter((entry) => entry.resource !== null)
  return {
    ...(everywhere.length > 0 && { a: writtenNames(everywhere) }),
    ...(wide.length > 0 && { d: grouped(wide, ({ database }) => database, writtenNames) }),
    ...(narrow.length > 0 && {
      r: grouped(
        narrow,
        ({ database }) => database,
        (ofDatabase) => grouped(ofDatabase, ({ resource }) => resource, writtenNames),
      ),
    }),
  }
}

function writtenNames(entries: readonly RestrictionEntry[]): readonly string[] {
  return [...new Set(entries.map(({ action }) => action.abbr ?? action.name))]
}

/** `Object.fromEntries` makes a key of any name, also of `__proto__`, where an assignment would set the prototype. */
function grouped<Entry, Group>(
  entries: readonly Entry[],
  nameOf: (entry: Entry) => string,
  formatGroup: (group: readonly Entry[]) => Group,
): Readonly<Record<string, Group>> {
  return Object.fromEntries(
    [...Map.groupBy(entries, nameOf)].map(([name, group]) => [name, formatGroup(group)] as const),
  )
}

/** Restrictions made ready to be asked. */
export type Allowlist = {
  readonly everywhere: ReadonlySet<string>
  /** By database: the database itself and everything in it. */
  readonly databases: ReadonlyMap<string, ReadonlySet<string>>
  /** By database and table, view or query: that one alone. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>
}

/**
 * Reads an actor's `_r`; null for an actor without one, whom nothing restricts.
 *
 * Restrictions that make no sense in any part allow nothing at all: a reader that kept the good parts would
 * have to guess what the bad part was meant to take away.
 */
export function readAllowlist(actor: Actor | null): Allowlist | null {
  if (actor === null || !Object.hasOwn(actor, '_r')) return null
  return parseRestrictions(actor['_r']) ?? NOTHING
}

/** Whether the allowlist includes the action, by name or abbreviation, on this resource. */
export function includes(allowlist: Allowlist, action: Action, resource: Resource): boolean {
  if (names(allowlist.everywhere, action)) return true
  if (resource.level === 'global') return false
  if (namesDatabase(allowlist, action, resource.database)) return true
  return (
    resource.level === 'resource' && namesResource(allowlist, action, resource.database, resource.resource)
  )
}

/** Whether the allowlist names the action for this database as such. */
export function namesDatabase(allowlist: Allowlist, action: Action, database: string): boolean {
  return names(allowlist.databases.get(database), action)
}

/** Whether the allowlist names the action for this one table, view or query. */
export function namesResource(
  allowlist: Allowlist,
  action: Action,
  database: string,
  resource: string,
): boolean {
  return names(allowlist.resources.get(database)?.get(resource), action)
}

/** What an allowlist names: an action as it is written there, and where. */
export type AllowedEntry = {
  readonly action: string
  readonly database: string | null
  readonly resource: string | null
}

/** Everything that an allowlist names. */
export function listEntries(allowlist: Allowlist): readonly AllowedEntry[] {
  const { everywhere, databases, resources } = allowlist
  return [
    ...[...everywhere].map((action) => ({ action, database: null, resource: null })),
    ...[...databases].flatMap(([database, actions]) =>
      [...actions].map((action) => ({ action, database, resource: null })),
    ),
    ...[...resources].flatMap(([database, tables]) =>
      [...tables].flatMap(([resource, actions]) =>
        [...actions].map((action) => ({ action, database, resource })),
      ),
    ),
  ]
}

/**
 * What both allow: of two entries for one action the one that lies within the other. Null is no restriction. Names are compared as
 * they are written, so whoever compares writes them alike. It takes as long as both lists together.
 */
export function commonEntries(
  own: readonly AllowedEntry[] | null,
  most: Restrictions | null,
): readonly AllowedEntry[] | null {
  if (most === null) return own
  const allowed = listEntries(parseRestrictions(most) ?? NOTHING)
  if (own === null) return allowed
  const common = [...own.filter(coveredBy(allowed)), ...allowed.filter(coveredBy(own))]
  return [...new Map(common.map((entry) => [entryKey(entry), entry])).values()]
}

/** An actor that may do at most this; what it could not do before, it cannot do now either. */
export function narrowActor(actor: Actor, most: Restrictions): Actor {
  const allowlist = readAllowlist(actor)
  const common = commonEntries(allowlist === null ? null : listEntries(allowlist), most) ?? []
  return { ...actor, _r: formatRestrictions(common.map(toRestrictionEntry)) ?? {} }
}

function coveredBy(entries: readonly AllowedEntry[]): (entry: AllowedEntry) => boolean {
  const keys = new Set(entries.map(entryKey))
  return (entry) =>
    keys.has(entryKey({ ...entry, database: null, resource: null })) ||
    keys.has(entryKey({ ...entry, resource: null })) ||
    keys.has(entryKey(entry))
}

function entryKey({ action, database, resource }: AllowedEntry): string {
  return JSON.stringify([action, database, resource])
}

function toRestrictionEntry({ action: name, database, resource }: AllowedEntry): RestrictionEntry {
  const action = { name, abbr: null }
  if (database === null) return { action, database, resource: null }
  return resource === null ? { action, database, resource } : { action, database, resource }
}

/** The tables, views and queries of a database that the allowlist names one by one, for whatever action. */
export function namedResources(allowlist: Allowlist, database: string): Iterable<string> {
  return allowlist.resources.get(database)?.keys() ?? []
}

function names(listed: ReadonlySet<string> | undefined, action: Action): boolean {
  if (listed === undefined) return false
  return listed.has(action.name) || (action.abbr !== null && listed.has(action.abbr))
}

const NOTHING: Allowlist = { everywhere: new Set(), databases: new Map(), resources: new Map() }

/** Null for anything but the shape of `Restrictions`. Unknown keys are inert. */
function parseRestrictions(value: JsonValue | undefined): Allowlist | null {
  if (!isJsonObject(value)) return null
  const everywhere = parseActions(value['a'] === undefined ? [] : value['a'])
  const databases = parseMap(value['d'] === undefined ? {} : value['d'], parseActions)
  const resources = parseMap(value['r'] === undefined ? {} : value['r'], (tables) =>
    parseMap(tables, parseActions),
  )
  if (everywhere === null || databases === null || resources === null) return null
  return { everywhere, databases, resources }
}

function parseActions(value: JsonValue): ReadonlySet<string> | null {
  if (!Array.isArray(value)) return null
  const actions = new Set<string>()
  for (const name of value) {
    if (typeof name !== 'string') return null
    actions.add(name)
  }
  return actions
}

function parseMap<T>(
  value: JsonValue,
  parseEntry: (entry: JsonValue) => T | null,
): ReadonlyMap<string, T> | null {
  if (!isJsonObject(value)) return null
  const map = new Map<string, T>()
  for (const [key, inner] of Object.entries(value)) {
    const entry = parseEntry(inner)
    if (entry === null) return null
    map.set(key, entry)
  }
  return map
}
