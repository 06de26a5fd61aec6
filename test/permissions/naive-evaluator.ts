import type { Actor } from '../../src/auth/actor.ts'
import type { JsonValue } from '../../src/http/json.ts'
import type { Action } from '../../src/permissions/action.ts'
import type { AllowBlock } from '../../src/permissions/allow-block.ts'
import type { PermissionConfig } from '../../src/permissions/config-rules.ts'

/**
 * host.md §5 once more, written so that it can be compared with the text line by line: it compiles nothing, keeps nothing and
 * looks through the whole configuration for each question. It shares no code with the engine that it judges.
 */

export type NaiveWorld = {
  readonly actions: readonly Action[]
  readonly config: PermissionConfig
  readonly defaultDeny: boolean
  readonly rootEnabled: boolean
  readonly defaultAllowSql: boolean
}

/** A place: nothing, a database, or a database and something in it. */
export type Place = readonly [] | readonly [string] | readonly [string, string]

type Said = { readonly depth: 0 | 1 | 2; readonly effect: 'allow' | 'deny' }

/** Whether the actor may do this there. */
export function mayNaively(world: NaiveWorld, actor: Actor | null, name: string, place: Place): boolean {
  const action = world.actions.find((one) => one.name === name)
  const depth = action === undefined ? 0 : { global: 0, database: 1, resource: 2 }[action.level]
  if (action === undefined || place.length < depth) return false
  const [database, resource] = place.slice(0, depth)

  const said = [
    ...defaults(world, action),
    ...root(world, actor),
    ...blocks(world.config, actor, action, database, resource),
    ...gates(world.config, actor, action, database, resource),
  ]
  // §5.4, 2 to 4: the most specific depth wins, and there any deny wins.
  const winning = Math.max(...said.map((one) => one.depth), -1)
  const deciding = said.filter((one) => one.depth === winning)
  if (deciding.length === 0 || deciding.some(({ effect }) => effect === 'deny')) return false
  // §5.4, 5 and 6.
  if (!tokenLists(actor, action, database, resource)) return false
  return action.alsoRequires === null || mayNaively(world, actor, action.alsoRequires, place)
}

function defaults({ defaultDeny, defaultAllowSql }: NaiveWorld, action: Action): readonly Said[] {
  const said: Said[] = []
  if (action.allowedByDefault && !defaultDeny) said.push({ depth: 0, effect: 'allow' })
  if (action.name === 'execute-sql' && !defaultAllowSql) said.push({ depth: 0, effect: 'deny' })
  return said
}

function root({ rootEnabled }: NaiveWorld, actor: Actor | null): readonly Said[] {
  return rootEnabled && actor?.['id'] === 'root' ? [{ depth: 0, effect: 'allow' }] : []
}

/** §5.3: which block says something about this action at this place. */
function blocks(
  config: PermissionConfig,
  actor: Actor | null,
  { name }: Action,
  database: string | undefined,
  resource: string | undefined,
): readonly Said[] {
  const said: Said[] = []
  const say = (depth: Said['depth'], block: AllowBlock | null | undefined) => {
    if (block !== null && block !== undefined) {
      said.push({ depth, effect: matchesNaively(block, actor) ? 'allow' : 'deny' })
    }
  }
  say(0, config.permissions?.[name])
  if (['view-instance', 'view-database', 'view-table', 'view-query'].includes(name)) say(0, config.allow)
  if (name === 'execute-sql') say(0, config.allow_sql)
  if (database === undefined) return said

  const ofDatabase = config.databases?.[database]
  say(1, ofDatabase?.permissions?.[name])
  if (['view-database', 'view-table', 'view-query'].includes(name)) say(1, ofDatabase?.allow)
  if (name === 'execute-sql') say(1, ofDatabase?.allow_sql)
  if (resource === undefined) return said

  const table = ofDatabase?.tables?.[resource]
  say(2, table?.permissions?.[name])
  if (name === 'view-table') say(2, table?.allow)
  const query = ofDatabase?.queries?.[resource]
  if (typeof query === 'object' && query !== null) {
    say(2, query.permissions?.[name])
    if (name === 'view-query') say(2, query.allow)
  }
  return said
}

/** §5.5, the restriction gate: what a closed `allow` denies to the owner stays closed to a token that names what lies inside. */
function gates(
  config: PermissionConfig,
  actor: Actor | null,
  action: Action,
  database: string | undefined,
  resource: string | undefined,
): readonly Said[] {
  if (actor === null || !('_r' in actor) || database === undefined) return []
  const { name } = action
  const denies = (block: AllowBlock | null | undefined) =>
    block !== null && block !== undefined && !matchesNaively(block, actor)
  const isViewing = ['view-instance', 'view-database', 'view-table', 'view-query'].includes(name)
  const isSql = name === 'execute-sql'
  const ofDatabase = config.databases?.[database]
  const deniedByRoot = (isViewing && denies(config.allow)) || (isSql && denies(config.allow_sql))
  const deniedByDatabase =
    (isViewing && denies(ofDatabase?.allow)) || (isSql && denies(ofDatabase?.allow_sql))

  const said: Said[] = []
  if (deniedByRoot && lists(read(actor['_r'], ['d', database]), action)) {
    said.push({ depth: 1, effect: 'deny' })
  }
  if (
    resource !== undefined &&
    (deniedByRoot || deniedByDatabase) &&
    lists(read(actor['_r'], ['r', database, resource]), action)
  ) {
    said.push({ depth: 2, effect: 'deny' })
  }
  return said
}

/** §5.2. */
function matchesNaively(block: AllowBlock, actor: Actor | null): boolean {
  if (block === true || block === 1) return true
  if (block === false || block === 0) return false
  if (actor === null) return block['unauthenticated'] === true
  for (const key of Object.keys(block)) {
    if (key === 'unauthenticated' || !(key in actor)) continue
    const wanted = block[key]
    const held = actor[key]
    if (wanted === '*') return true
    if (held === null || held === undefined) continue
    for (const one of Array.isArray(held) ? held : [held]) {
      for (const other of Array.isArray(wanted) ? wanted : [wanted]) {
        if (one === other) return true
      }
    }
  }
  return false
}

/** §2.3: the allowlist of a token, for an actor who came with one. */
function tokenLists(
  actor: Actor | null,
  action: Action,
  database: string | undefined,
  resource: string | undefined,
): boolean {
  if (actor === null || !('_r' in actor)) return true
  const list = actor['_r']
  return (
    lists(read(list, ['a']), action) ||
    (database !== undefined && lists(read(list, ['d', database]), action)) ||
    (database !== undefined && resource !== undefined && lists(read(list, ['r', database, resource]), action))
  )
}

function read(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let here: unknown = value
  for (const key of path) {
    here =
      typeof here === 'object' && here !== null && key in here
        ? Object.entries(here).find(([k]) => k === key)?.[1]
        : undefined
  }
  return here as JsonValue | undefined
}

function lists(value: JsonValue | undefined, { name, abbr }: Action): boolean {
  return Array.isArray(value) && value.some((one) => one === name || (abbr !== null && one === abbr))
}
