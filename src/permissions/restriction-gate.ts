import type { Actor } from '../auth/actor.ts'
import { databaseResource, type Action, type Resource } from './action.ts'
import type { Rule } from './permissions.ts'
import { namesDatabase, namesResource, type Allowlist } from './restrictions.ts'

/**
 * Denies for a restricted actor whom an `allow` or `allow_sql` block of the instance or the database denies
 * (host.md §5.5). A token for one table must not get through a door that is closed to its owner because the table
 * has a door of its own: the deny is repeated at the table, where it beats the table's `allow`. Likewise at
 * the database, for a block of the instance and a token that names the database.
 *
 * `gates` are the rules of those blocks that apply to the action and resource.
 */
export function restrictionGate(
  gates: readonly Rule[],
  actor: Actor,
  allowlist: Allowlist,
  action: Action,
  resource: Resource,
): readonly Rule[] {
  if (resource.level === 'global') return NONE
  const { database } = resource
  const isDatabaseNamed = namesDatabase(allowlist, action, database)
  const isResourceNamed =
    resource.level === 'resource' && namesResource(allowlist, action, database, resource.resource)
  if (!isDatabaseNamed && !isResourceNamed) return NONE

  const closed = gates.filter((gate) => gate.judge(actor) === 'deny')
  if (closed.length === 0) return NONE
  const atDatabase = isDatabaseNamed ? closed.filter((gate) => gate.scope.level === 'global') : NONE
  return [
    ...atDatabase.map((gate) => repeatedAt(databaseResource(database), gate)),
    ...(isResourceNamed ? closed.map((gate) => repeatedAt(resource, gate)) : NONE),
  ]
}

const NONE: readonly Rule[] = []

function repeatedAt(scope: Resource, gate: Rule): Rule {
  return {
    action: gate.action,
    scope,
    judge: () => 'deny',
    source: gate.source,
    reason: 'closed to the owner of this token, which names what lies inside',
  }
}
