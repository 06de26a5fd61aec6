import type { Actor } from '../auth/actor.ts'
import { personIdOf } from '../auth/person-id.ts'
import { tableResource } from '../permissions/action.ts'
import type { Rule } from '../permissions/permissions.ts'
import type { RuleIndex } from '../permissions/rule-index.ts'
import type { SavedQueries } from './saved-queries.ts'
import type { SavedQuery } from './saved-query.ts'

const ACTIONS: ReadonlySet<string> = new Set(['view-query', 'update-query', 'delete-query'])

/**
 * The rules about queries that people save (host.md §2.4, §9.9): whose it is may see, change and delete it, and a private one is for
 * nobody else, whatever else they may do.
 */
export function savedQueryRules(queries: Pick<SavedQueries, 'all' | 'find'>): RuleIndex {
  return {
    at: (action, scope) => {
      if (scope.level !== 'resource' || !ACTIONS.has(action)) return []
      const query = queries.find(scope.database, scope.resource)
      return query === null ? [] : [ruleOf(query, action)]
    },
    ownIn: (action, database) => ({
      has: (name) => ACTIONS.has(action) && queries.find(database, name) !== null,
    }),
    all: (action) => (ACTIONS.has(action) ? queries.all().map((query) => ruleOf(query, action)) : []),
  }
}

function ruleOf({ database, name, owner, content }: SavedQuery, action: string): Rule {
  return {
    action,
    scope: tableResource(database, name),
    judge: (actor: Actor | null) => {
      if (owner !== null && personIdOf(actor) === owner) return 'allow'
      return content.is_private ? 'deny' : null
    },
    source: 'saved query',
    reason: content.is_private ? 'private: for its owner alone' : 'its owner may',
  }
}
