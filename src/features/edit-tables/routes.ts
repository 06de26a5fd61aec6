import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterTableRoutes } from './alter.tsx'
import { columnTypesRoutes } from './column-types.tsx'
import { createTableRoutes } from './create.tsx'
import { dropTableRoutes } from './drop.tsx'

/** Pages to create, change and drop tables by hand. What they do goes through the functions of the write API. */
export function editTableRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    ...createTableRoutes(deps),
    ...alterTableRoutes(deps),
    ...columnTypesRoutes(deps),
    ...dropTableRoutes(deps),
  ]
}
