import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databaseSchemaHandler, instanceSchemaHandler, tableSchemaHandler } from './handler.tsx'

/** The statements that made the databases, as page, JSON and Markdown (host.md §9.12). */
export function schemaRoutes(deps: FeatureDeps): readonly Route[] {
  const anyone = { method: 'GET', allow: { who: 'anyone' } } as const
  const ofDatabase = {
    method: 'GET',
    allow: { who: 'permitted', action: 'view-database' },
    asksPermissionFirst: true,
  } as const
  const ofTable = { method: 'GET', allow: { who: 'permitted', action: 'view-table' } } as const
  return ['{.json}', '.md'].flatMap((ending): Route[] => {
    const isMarkdown = ending === '.md'
    return [
      { ...anyone, path: `/-/schema${ending}`, handle: instanceSchemaHandler(deps, isMarkdown) },
      {
        ...ofDatabase,
        path: `/:database/-/schema${ending}`,
        handle: databaseSchemaHandler(deps, isMarkdown),
      },
      {
        ...ofTable,
        path: `/:database/:table/-/schema${ending}`,
        handle: tableSchemaHandler(deps, isMarkdown),
      },
    ]
  })
}
