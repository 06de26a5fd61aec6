import type { Route } from '../../routing/route.ts'
import { activityRoute } from './activity.tsx'
import { allowDebugRoute } from './allow-debug.tsx'
import { allowedRoute } from './allowed.tsx'
import { checkRoutes } from './check.tsx'
import { rulesRoute } from './rules.tsx'
import { tokenRoutes } from './token.tsx'
import type { ToolDeps } from './tools.ts'

/** The tools that show how permissions are decided. */
export function permissionToolRoutes(deps: ToolDeps): readonly Route[] {
  return [
    ...checkRoutes(deps),
    allowedRoute(deps),
    rulesRoute(deps),
    activityRoute(deps),
    allowDebugRoute(deps),
    ...tokenRoutes(deps),
  ]
}
