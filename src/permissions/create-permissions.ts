import type { Actor } from '../auth/actor.ts'
import {
  databaseResource,
  INSTANCE,
  tableResource,
  type Action,
  type ActionLevel,
  type Resource,
} from './action.ts'
import { checkActions } from './check-actions.ts'
import { compileConfigRules, type PermissionConfig } from './config-rules.ts'
import { defaultRules } from './default-rules.ts'
import type { Decision, Match, Permissions, Rule } from './permissions.ts'
import { restrictionGate } from './restriction-gate.ts'
import { includes, namedResources, readAllowlist, type Allowlist } from './restrictions.ts'
import { rootRules } from './root-rules.ts'
import { indexRules, joinIndexes, type RuleIndex } from './rule-index.ts'

/**
 * Deciding who may do what. Rules come from four places: defaults, `--root` and the configuration, one file each,
 * and plugins. They are compiled once, at start; nothing here reads a database or a request.
 */

export type PermissionOptions = {
  /** The actions of the server and of its plugins. */
  readonly actions: readonly Action[]
  readonly config: PermissionConfig
  /** What plugins say, at any scope. */
  readonly pluginRules: readonly Rule[]
  /** `--default-deny`. */
  readonly defaultDeny: boolean
  /** `--root`. */
  readonly rootEnabled: boolean
  /** The `default_allow_sql` setting. */
  readonly defaultAllowSql: boolean
  /** Rules that come and go while the server runs. */
  readonly changingRules?: RuleIndex
}

/** Compiles the rules of one server. Throws when two actions share a name or require each other in a circle,
 * and when a plugin's rule is about no action. */
export function createPermissions(options: PermissionOptions): Permissions {
  const actions = [...options.actions].sort((a, b) => (a.name < b.name ? -1 : 1))
  checkActions(actions)
  const byName = new Map(actions.map((action) => [action.name, action]))
  const byAbbr = new Map(actions.flatMap((action) => (action.abbr === null ? [] : [[action.abbr, action]])))

  // A deny about an action that nobody knows, because of a typing error, would deny nothing.
  const astray = options.pluginRules.find((rule) => !byName.has(rule.action))
  if (astray !== undefined)
    throw new Error(`${astray.source} has a rule about the unknown action ${astray.action}`)

  const { rules: configRules, gates: gateRules } = compileConfigRules(options.config)
  const gates = indexRules(gateRules)
  const lasting = indexRules([
    ...defaultRules(actions, options),
    ...(options.rootEnabled ? rootRules(actions) : []),
    ...options.pluginRules,
    ...configRules,
  ])
  const { changingRules } = options
  const rules = changingRules === undefined ? lasting : joinIndexes([lasting, changingRules])

  const allowlists = new WeakMap<Actor, { readonly allowlist: Allowlist | null }>()
  const allowlistOf = (actor: Actor): Allowlist | null => {
    const known = allowlists.get(actor) ?? { allowlist: readAllowlist(actor) }
    allowlists.set(actor, known)
    return known.allowlist
  }

  /** The denies of `restrictionGate`; none for an actor without restrictions. */
  const gateDenies = (actor: Actor | null, action: Action, target: Resource): readonly Rule[] => {
    const allowlist = actor === null ? null : allowlistOf(actor)
    if (actor === null || allowlist === null) return []
    const closing = scopesOf(target).flatMap((scope) => gates.at(action.name, scope))
    return restrictionGate(closing, actor, allowlist, action, target)
  }

  const matchesAt = (actor: Actor | null, action: Action, target: Resource): readonly Match[] => {
    const denies = gateDenies(actor, action, target)
    return scopesOf(target).flatMap((scope) => [
      ...denies
        .filter((rule) => rule.scope.level === scope.level)
        .map((rule) => ({ rule, effect: 'deny' }) as const),
      ...rules.at(action.name, scope).flatMap((rule) => {
        const effect = rule.judge(actor)
        return effect === null ? [] : [{ rule, effect }]
      }),
    ])
  }

  /** What `matchesAt` comes to, without making its list: the narrowest scope with a match decides, and there any deny (host.md §5.4). */
  const decidingMatch = (actor: Actor | null, action: Action, target: Resource): Match | null => {
    const denies = gateDenies(actor, action, target)
    for (let scope: Resource | null = target; scope !== null; scope = widerThan(scope)) {
      for (const rule of denies) if (rule.scope.level === scope.level) return { rule, effect: 'deny' }
      let allowing: Rule | null = null
      for (const rule of rules.at(action.name, scope)) {
        const effect = rule.judge(actor)
        if (effect === 'deny') return { rule, effect }
        if (effect === 'allow') allowing ??= rule
      }
      if (allowing !== null) return { rule: allowing, effect: 'allow' }
    }
    return null
  }

  const decide = (actor: Actor | null, name: string, resource: Resource): Decision => {
    const action = byName.get(name)
    const target = action === undefined ? null : atLevel(resource, action.level)
    if (action === undefined || target === null) return NEVER

    const own = decideAlone(actor, action, target)
    if (!own.allowed || action.alsoRequires === null) return own
    const required = decide(actor, action.alsoRequires, target)
    return required.allowed ? own : required
  }

  /** Without what the action also requires. */
  const decideAlone = (actor: Actor | null, action: Action, target: Resource): Decision => {
    const deciding = decidingMatch(actor, action, target)
    if (deciding?.effect !== 'allow') {
      return { allowed: false, rule: deciding?.rule ?? null, restricted: false }
    }
    const allowlist = actor === null ? null : allowlistOf(actor)
    const restricted = allowlist !== null && !includes(allowlist, action, target)
    return { allowed: !restricted, rule: deciding.rule, restricted }
  }

  const allowsIn = (actor: Actor | null, name: string, database: string): ((resource: string) => boolean) => {
    const action = byName.get(name)
    if (action === undefined || action.level !== 'resource') return () => false
    const allowlist = actor === null ? null : allowlistOf(actor)
    const own = rules.ownIn(name, database)
    const named = new Set(allowlist === null ? [] : namedResources(allowlist, database))
    // What has no rule of its own and no mention in the token is decided as the database is.
    const others = decideAlone(actor, action, databaseResource(database)).allowed
    const alone = (resource: string) =>
      own.has(resource) || named.has(resource)
        ? decideAlone(actor, action, tableResource(database, resource)).allowed
        : others

    const { alsoRequires } = action
    if (alsoRequires === null) return alone
    if (byName.get(alsoRequires)?.level !== 'resource') {
      const required = decide(actor, alsoRequires, databaseResource(database)).allowed
      return (resource) => required && alone(resource)
    }
    const required = allowsIn(actor, alsoRequires, database)
    return (resource) => alone(resource) && required(resource)
  }

  return {
    actions,
    findAction: (nameOrAbbr) => byName.get(nameOrAbbr) ?? byAbbr.get(nameOrAbbr) ?? null,
    allows: (actor, action, resource) => decide(actor, action, resource).allowed,
    decide,
    allowsIn,
    matches: (actor, name, resource) => {
      const action = byName.get(name)
      const target = action === undefined ? null : atLevel(resource, action.level)
      return action === undefined || target === null ? [] : matchesAt(actor, action, target)
    },
    targetOf: (action, resource) => atLevel(resource, action.level),
    includes: (actor, action, target) => {
      const allowlist = actor === null ? null : allowlistOf(actor)
      return allowlist === null ? null : includes(allowlist, action, target)
    },
    rules: (action) => rules.all(action),
  }
}

const NEVER: Decision = { allowed: false, rule: null, restricted: false }

/** The scopes whose rules speak of a resource, narrowest first. */
function scopesOf(target: Resource): readonly Resource[] {
  const wider = widerThan(target)
  return wider === null ? [target] : [target, ...scopesOf(wider)]
}

/** The scope around a scope; null for the instance. */
function widerThan(scope: Resource): Resource | null {
  switch (scope.level) {
    case 'global':
      return null
    case 'database':
      return INSTANCE
    case 'resource':
      return databaseResource(scope.database)
  }
}

/** The part of a resource that an action of this level is done to, or null when the resource is wider than that. */
function atLevel(resource: Resource, level: ActionLevel): Resource | null {
  switch (level) {
    case 'global':
      return INSTANCE
    case 'database':
      return resource.level === 'global' ? null : databaseResource(resource.database)
    case 'resource':
      return resource.level === 'resource' ? resource : null
  }
}
