import type { JsonObject } from '../../http/json.ts'
import type { Action, Permissions } from '../../permissions/permissions.ts'

/** `/-/actions.json` (host.md §11.7): every action by name. */
export function actionsJson({ actions }: Permissions): JsonObject {
  return {
    ok: true,
    actions: actions.map((action) => ({
      name: action.name,
      abbr: action.abbr,
      description: action.description,
      takes_parent: action.level !== 'global',
      takes_child: action.level === 'resource',
      resource_class: resourceClass(action),
      also_requires: action.alsoRequires,
    })),
  }
}

function resourceClass({ level, resourceKind }: Action): string | null {
  if (level === 'global') return null
  if (level === 'database') return 'DatabaseResource'
  return resourceKind === 'query' ? 'QueryResource' : 'TableResource'
}
