import type { Resource, Rule } from './permissions.ts'

/** Rules by action and scope: finding those of one scope costs the same however many there are. */
export interface RuleIndex {
  /** The rules about this action that stand exactly at this scope, in the order they were given. */
  at(action: string, scope: Resource): readonly Rule[]
  /** Whether a table, view or query has rules of its own about this action. */
  ownIn(action: string, database: string): { has(resource: string): boolean }
  /** The rules about this action at every scope, in the order they were given. */
  all(action: string): readonly Rule[]
}

/** The rules about one action. */
type OfAction = {
  readonly all: Rule[]
  readonly global: Rule[]
  readonly databases: Map<string, Rule[]>
  /** By database, then by what lies in it. */
  readonly resources: Map<string, Map<string, Rule[]>>
}

const NONE: readonly Rule[] = []
const NOTHING: ReadonlySet<string> = new Set()

/** Sorts rules into an index. */
export function indexRules(rules: readonly Rule[]): RuleIndex {
  const byAction = new Map<string, OfAction>()
  for (const rule of rules) {
    const of = childOf(byAction, rule.action, () => ({
      all: [],
      global: [],
      databases: new Map(),
      resources: new Map(),
    }))
    of.all.push(rule)
    const { scope } = rule
    switch (scope.level) {
      case 'global':
        of.global.push(rule)
        break
      case 'database':
        childOf(of.databases, scope.database, () => []).push(rule)
        break
      case 'resource':
        childOf(
          childOf(of.resources, scope.database, () => new Map()),
          scope.resource,
          () => [],
        ).push(rule)
    }
  }
  return {
    at: (action, scope) => {
      const of = byAction.get(action)
      if (of === undefined) return NONE
      if (scope.level === 'global') return of.global
      if (scope.level === 'database') return of.databases.get(scope.database) ?? NONE
      return of.resources.get(scope.database)?.get(scope.resource) ?? NONE
    },
    ownIn: (action, database) => byAction.get(action)?.resources.get(database) ?? NOTHING,
    all: (action) => byAction.get(action)?.all ?? NONE,
  }
}

/** Several indexes as one. */
export function joinIndexes(indexes: readonly RuleIndex[]): RuleIndex {
  return {
    at: (action, scope) => indexes.flatMap((index) => index.at(action, scope)),
    ownIn: (action, database) => {
      const own = indexes.map((index) => index.ownIn(action, database))
      return { has: (resource) => own.some((one) => one.has(resource)) }
    },
    all: (action) => indexes.flatMap((index) => index.all(action)),
  }
}

function childOf<T>(parent: Map<string, T>, key: string, make: () => T): T {
  const known = parent.get(key)
  if (known !== undefined) return known
  const made = make()
  parent.set(key, made)
  return made
}
