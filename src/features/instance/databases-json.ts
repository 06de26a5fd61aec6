import { basename } from 'node:path'
import type { Actor } from '../../auth/actor.ts'
import type { JsonObject } from '../../http/json.ts'
import { tildeEncode } from '../../http/tilde.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'

/**
 * `/-/databases.json` (host.md §11.4): the databases that this reader may see, in the order in which they were given. `path` is the
 * name of the file without its folder, which is nobody's business.
 */
export function databasesJson({ databases, permissions }: FeatureDeps, actor: Actor | null): JsonObject {
  const visible = databases.list.filter(({ name }) =>
    permissions.allows(actor, 'view-database', databaseResource(name)),
  )
  return {
    ok: true,
    databases: visible.map((database) => ({
      name: database.name,
      route: tildeEncode(database.name),
      path: database.path === null ? null : basename(database.path),
      size: database.sizeInBytes(),
      is_mutable: database.isMutable,
      is_memory: database.path === null,
      hash: database.hash,
    })),
  }
}
