import type { Actor } from '../../auth/actor.ts'
import type { JsonObject, JsonValue } from '../../http/json.ts'
import type { Urls } from '../../http/urls.ts'
import type { Explanation } from '../../permissions/explain.ts'
import { ignoredWords, restrictionWords, scopeWord, summarize } from './explanation-words.ts'
import { placePath, type Place } from './question.ts'

/** `/-/check.json` (host.md §11.8). `actor_id` is left out for anonymous. */
export function checkJson(
  urls: Urls,
  actor: Actor | null,
  place: Place,
  explanation: Explanation,
): JsonObject {
  const id = actor?.['id']
  return {
    ok: true,
    unstable: 'The explanation may change between versions; `allowed` will not',
    action: explanation.action.name,
    allowed: explanation.allowed,
    actor,
    resource: { ...place, path: placePath(urls, place) },
    explanation: explanationJson(explanation),
    ...(id !== undefined && { actor_id: id }),
  }
}

function explanationJson(explanation: Explanation): JsonObject {
  const restriction = restrictionWords(explanation)
  const required: readonly JsonValue[] =
    explanation.required === null ? [] : [explanationJson(explanation.required)]
  return {
    action: explanation.action.name,
    rule_allowed: explanation.ruleAllowed,
    restriction_allowed: explanation.restrictionAllowed ?? true,
    winning_scope: explanation.winningScope === null ? null : scopeWord(explanation.winningScope),
    matched_rules: explanation.matches.map(({ rule, effect, ignoredBecause }) => ({
      scope: scopeWord(rule.scope.level),
      effect,
      source: rule.source,
      reason: rule.reason,
      decisive: ignoredBecause === null,
      ignored_because: ignoredWords(ignoredBecause),
    })),
    restrictions: restriction === null ? [] : [{ source: 'token', ...restriction }],
    required_actions: required,
    allowed: explanation.allowed,
    summary: summarize(explanation),
  }
}
