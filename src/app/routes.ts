import { apiExplorerRoutes } from '../features/api-explorer/routes.tsx'
import { auditRoutes, type AuditDeps } from '../features/audit/routes.tsx'
import { blobRoutes } from '../features/blob/routes.ts'
import { csvRoutes } from '../features/csv/routes.ts'
import { autocompleteRoutes } from '../features/autocomplete/routes.ts'
import { databaseRoutes } from '../features/database/routes.ts'
import { editTableRoutes } from '../features/edit-tables/routes.ts'
import type { FeatureDeps } from '../features/feature-deps.ts'
import { homeRoutes } from '../features/home/routes.ts'
import { instanceRoutes, type InstanceDeps } from '../features/instance/routes.tsx'
import type { JumpDeps } from '../features/jump/places.ts'
import { jumpRoutes } from '../features/jump/routes.ts'
import { permissionToolRoutes } from '../features/permission-tools/routes.ts'
import type { ToolDeps } from '../features/permission-tools/tools.ts'
import { queryListRoutes } from '../features/query-list/routes.ts'
import { queryRoutes } from '../features/query/routes.ts'
import { saveQueryRoutes } from '../features/save-query/routes.ts'
import { rowFormRoutes } from '../features/row-forms/routes.ts'
import { schemaRoutes } from '../features/schema/routes.ts'
import { rowRoutes } from '../features/row/routes.ts'
import { createTokenRoutes, type CreateTokenDeps } from '../features/session/create-token.tsx'
import { sessionRoutes, type SessionDeps } from '../features/session/routes.tsx'
import { tableRoutes } from '../features/table/routes.ts'
import { writeRoutes } from '../features/write/routes.ts'
import type { Route } from '../routing/route.ts'
import { staticRoutes, type StaticDeps } from './static-files.ts'

type HostDeps = FeatureDeps &
  SessionDeps &
  CreateTokenDeps &
  StaticDeps &
  InstanceDeps &
  ToolDeps &
  JumpDeps &
  AuditDeps

/**
 * The addresses of the host, in the order in which they are tried: a fixed word comes before a name that could be
 * that word, so `/:database/-/query` stands above `/:database/:table/:pks*`.
 */
export function hostRoutes(deps: HostDeps): readonly Route[] {
  return [
    ...staticRoutes(deps),
    ...sessionRoutes(deps),
    ...createTokenRoutes(deps),
    ...instanceRoutes(deps),
    ...permissionToolRoutes(deps),
    ...apiExplorerRoutes(deps),
    ...auditRoutes(deps),
    ...jumpRoutes(deps),
    ...schemaRoutes(deps),
    ...homeRoutes(deps),
    ...queryListRoutes(deps),
    ...saveQueryRoutes(deps),
    ...csvRoutes(deps),
    ...blobRoutes(deps),
    ...queryRoutes(deps),
    ...databaseRoutes(deps),
    ...writeRoutes(deps),
    ...editTableRoutes(deps),
    ...rowFormRoutes(deps),
    ...autocompleteRoutes(deps),
    ...tableRoutes(deps),
    ...rowRoutes(deps),
  ]
}
