import { databaseResource, INSTANCE, tableResource, type Resource } from './action.ts'
import { compileAllowBlock, type AllowBlock } from './allow-block.ts'
import type { Rule } from './permissions.ts'

type Blocks = {
  readonly allow?: AllowBlock | null | undefined
  /** By full action name; an abbreviation names no action here. */
  readonly permissions?: Readonly<Record<string, AllowBlock | null | undefined>> | null | undefined
}

type Children<T> = Readonly<Record<string, T | null | undefined>> | null | undefined

type DatabaseBlocks = Blocks & {
  readonly allow_sql?: AllowBlock | null | undefined
  readonly tables?: Children<Blocks>
  /** A query that is only its SQL text has no blocks. */
  readonly queries?: Children<Blocks | string>
}

/** The part of the configuration file that says who may do what (host.md §5.1). Null is the same as absent. */
export type PermissionConfig = Blocks & {
  readonly allow_sql?: AllowBlock | null | undefined
  readonly databases?: Children<DatabaseBlocks>
}

/** The rules of a configuration. */
export type ConfigRules = {
  readonly rules: readonly Rule[]
  /** Those of `rules` that come from an `allow` or `allow_sql` block of the instance or a database (see `restrictionGate`). */
  readonly gates: readonly Rule[]
}

const VIEW_DATABASE = ['view-database', 'view-table', 'view-query'] as const
const VIEW_INSTANCE = ['view-instance', ...VIEW_DATABASE] as const

/**
 * Compiles the configuration to rules (host.md §5.3). A block that exists and does not match is a deny; an
 * absent one says nothing. Each rule's source tells where in the file the block stands.
 */
export function compileConfigRules(config: PermissionConfig): ConfigRules {
  const gates: Rule[] = [
    ...allowRules(config, VIEW_INSTANCE, INSTANCE, []),
    ...allowSqlRules(config, INSTANCE, []),
  ]
  const others: Rule[] = permissionRules(config, INSTANCE, [])

  for (const [name, database] of entries(config.databases)) {
    const scope = databaseResource(name)
    const path = ['databases', name]
    gates.push(...allowRules(database, VIEW_DATABASE, scope, path), ...allowSqlRules(database, scope, path))
    others.push(...permissionRules(database, scope, path))

    for (const [table, blocks] of entries(database.tables)) {
      others.push(
        ...resourceRules(blocks, 'view-table', tableResource(name, table), [...path, 'tables', table]),
      )
    }
    for (const [query, blocks] of entries(database.queries)) {
      if (typeof blocks === 'string') continue
      others.push(
        ...resourceRules(blocks, 'view-query', tableResource(name, query), [...path, 'queries', query]),
      )
    }
  }
  return { rules: [...gates, ...others], gates }
}

function resourceRules(blocks: Blocks, viewAction: string, scope: Resource, path: readonly string[]): Rule[] {
  return [...allowRules(blocks, [viewAction], scope, path), ...permissionRules(blocks, scope, path)]
}

function allowRules(
  blocks: Blocks,
  actions: readonly string[],
  scope: Resource,
  path: readonly string[],
): Rule[] {
  return actions.flatMap((action) => blockRule(action, blocks.allow, scope, [...path, 'allow']))
}

function allowSqlRules(
  blocks: { readonly allow_sql?: AllowBlock | null | undefined },
  scope: Resource,
  path: readonly string[],
): Rule[] {
  return blockRule('execute-sql', blocks.allow_sql, scope, [...path, 'allow_sql'])
}

function permissionRules(blocks: Blocks, scope: Resource, path: readonly string[]): Rule[] {
  return Object.entries(blocks.permissions ?? {}).flatMap(([action, block]) =>
    blockRule(action, block, scope, [...path, 'permissions', action]),
  )
}

function blockRule(
  action: string,
  block: AllowBlock | null | undefined,
  scope: Resource,
  path: readonly string[],
): Rule[] {
  if (block === null || block === undefined) return []
  const matches = compileAllowBlock(block)
  return [
    {
      action,
      scope,
      judge: (actor) => (matches(actor) ? 'allow' : 'deny'),
      source: `config ${formatPath(path)}`,
      reason: reasonOf(block),
    },
  ]
}

function reasonOf(block: AllowBlock): string {
  if (typeof block === 'object') return 'for the actors that the block describes, and nobody else'
  return block ? 'for everybody' : 'for nobody'
}

/** `databases.team.tables.notes.allow`; a name with other characters is quoted, `databases["a.b"].allow`. */
function formatPath(path: readonly string[]): string {
  return path.reduce((text, name) => {
    if (!/^[\w-]+$/u.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

function entries<T>(children: Children<T>): (readonly [name: string, child: T])[] {
  return Object.entries(children ?? {}).flatMap(([name, child]) =>
    child === null || child === undefined ? [] : [[name, child] as const],
  )
}
