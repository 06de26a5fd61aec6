import type { Resource } from '../../permissions/action.ts'
import type { Explanation, IgnoredBecause } from '../../permissions/explain.ts'

/** Datasette's word for a scope. */
export function scopeWord(level: Resource['level']): 'global' | 'parent' | 'resource' {
  return ({ global: 'global', database: 'parent', resource: 'resource' } as const)[level]
}

/** Why a rule did not count, in Datasette's words; null for one that did. */
export function ignoredWords(because: IgnoredBecause | null): string | null {
  switch (because) {
    case 'narrower':
      return 'A more specific rule matched'
    case 'deny':
      return 'A deny rule matched at the same scope'
    case null:
      return null
  }
}

/** What the restrictions of a token say; null for an actor without any. */
export function restrictionWords({
  restrictionAllowed,
}: Explanation): { readonly allowed: boolean; readonly reason: string } | null {
  if (restrictionAllowed === null) return null
  return {
    allowed: restrictionAllowed,
    reason: restrictionAllowed
      ? 'The restrictions (_r) of this actor include it'
      : 'The restrictions (_r) of this actor do not include it',
  }
}

/** The decision in a sentence. */
export function summarize(explanation: Explanation): string {
  const { action, allowed, matches, required, resource, restrictionAllowed, ruleAllowed } = explanation
  if (resource === null) {
    return `Denied because ${action.name} is done to a ${action.level === 'database' ? 'database' : 'table, view or query'}, and none was named.`
  }
  if (matches.length === 0) return 'Denied because no permission rule matched this actor and resource.'
  const decisive = matches.find(({ ignoredBecause }) => ignoredBecause === null)
  const where = decisive === undefined ? '' : ` (${decisive.rule.source})`
  if (!ruleAllowed) return `Denied by a rule${where}.`
  if (restrictionAllowed === false) {
    return `Denied because the token does not include it, although a rule allows it${where}.`
  }
  if (!allowed && required !== null) return `Denied because it also requires ${required.action.name}.`
  return `Allowed by a rule${where}.`
}
