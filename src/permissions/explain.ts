import type { Actor } from '../auth/actor.ts'
import type { Action, Match, Permissions, Resource } from './permissions.ts'

/** Why a rule that speaks of somebody did not decide: one nearer to the resource did, or a deny beside it. */
export type IgnoredBecause = 'narrower' | 'deny'

export type ExplainedMatch = Match & {
  /** Null for a rule that decided. Allows that agree at the deciding scope all did. */
  readonly ignoredBecause: IgnoredBecause | null
}

/** How a decision came about. */
export type Explanation = {
  readonly action: Action
  /** The part of what was asked about that the action is done to; null when that is narrower, so that nothing is decided. */
  readonly resource: Resource | null
  /** Every rule that speaks of this actor, nearest to the resource first. */
  readonly matches: readonly ExplainedMatch[]
  /** The scope that decided; null when no rule spoke. */
  readonly winningScope: Resource['level'] | null
  readonly ruleAllowed: boolean
  /** What the token's restrictions say; null for an actor without any. */
  readonly restrictionAllowed: boolean | null
  /** What the action also requires; null when nothing. */
  readonly required: Explanation | null
  readonly allowed: boolean
}

/** Explains a decision, by the same rules that made it. */
export function explain(
  permissions: Permissions,
  actor: Actor | null,
  action: Action,
  asked: Resource,
): Explanation {
  const resource = permissions.targetOf(action, asked)
  const found = permissions.matches(actor, action.name, asked)
  const winningScope = found[0]?.rule.scope.level ?? null
  const deciding = found.filter(({ rule }) => rule.scope.level === winningScope)
  const isDenied = deciding.some(({ effect }) => effect === 'deny')
  const matches = found.map((match): ExplainedMatch => {
    if (match.rule.scope.level !== winningScope) return { ...match, ignoredBecause: 'narrower' }
    return { ...match, ignoredBecause: isDenied && match.effect === 'allow' ? 'deny' : null }
  })
  const also = action.alsoRequires === null ? null : permissions.findAction(action.alsoRequires)
  return {
    action,
    resource,
    matches,
    winningScope,
    ruleAllowed: winningScope !== null && !isDenied,
    restrictionAllowed: resource === null ? null : permissions.includes(actor, action, resource),
    required: also === null ? null : explain(permissions, actor, also, asked),
    allowed: permissions.allows(actor, action.name, asked),
  }
}
