import type { Resource, Rule } from './permissions.ts'

/** Rules by action and scope: finding those of one scope costs the same however many there are. */
export interface RuleIndex {
  /** The rules about this action that stand exactly at this scope, in the order they were given. */
  at(action: string, scope: Resource): readonly Rule[]
  /** The tables, views and queries of a database that have rules of their own about this action. */
  ownIn(action: string, database: string): ReadonlySet<string>
  /** The rules about this action at every scope, in the order they were given. */
  all(action: string): readonly Rule[]
}

/** Sorts rules into an index. */
export function indexRules(rules: readonly Rule[]): RuleIndex {
  const byAction = Map.groupBy(rules, (rule) => rule.action)
  const byScope = new Map([...byAction].map(([action, about]) => [action, groupByScope(about)]))
  const own = new Map([...byAction].map(([action, about]) => [action, resourcesByDatabase(about)]))
  return {
    ownIn: (action, database) => own.get(action)?.get(database) ?? NONE,
    at: (action, scope) => byScope.get(action)?.get(scopeKey(scope)) ?? [],
    all: (action) => byAction.get(action) ?? [],
  }
}

const NONE: ReadonlySet<string> = new Set()

function resourcesByDatabase(rules: readonly Rule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { scope } of rules) {
    if (scope.level !== 'resource') continue
    const names = found.get(scope.database) ?? new Set()
    found.set(scope.database, names.add(scope.resource))
  }
  return found
}

function groupByScope(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  return Map.groupBy(rules, (rule) => scopeKey(rule.scope))
}

/** Different scopes have different keys whatever the names contain. */
function scopeKey(scope: Resource): string {
  switch (scope.level) {
    case 'global':
      return ''
    case 'database':
      return `d${scope.database}`
    case 'resource':
      return `r${scope.database.length}:${scope.database}${scope.resource}`
  }
}
