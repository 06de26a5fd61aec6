import type { Database, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource } from '../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { shellQuoted } from '../../ui/copy-as.tsx'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryString } from '../links.ts'
import { listingFor } from '../listing.ts'
import { maySeeTable } from '../visible-tables.ts'
import { databaseEndpoints, SERVER_ENDPOINTS, tableEndpoints, type Endpoint } from './endpoints.ts'
import { ApiPage } from './page.tsx'

/** Tables that a page leads to. */
const MOST_TABLES = 500

/** `GET /-/api`: the addresses of the API that the reader may use (host.md §12). `?database=` and `&table=` go further in. */
export function apiExplorerRoutes(deps: FeatureDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/api',
      allow: { who: 'permitted', action: 'view-instance' },
      handle: (c) => answer(deps, c),
    },
  ]
}

function answer(deps: FeatureDeps, c: AppContext): Promise<Response> {
  const { urls } = deps
  const query = parametersOf(c)
  const place = requirePlace(deps, c, query)
  const endpoints = endpointsOf(deps, c, place)
  const chosen = endpoints.find(({ key }) => key === query.get('endpoint')) ?? endpoints[0]
  if (chosen === undefined) throw new HttpError(403, 'Nothing of the API here is open to you')

  const here = urls.path('/-/api')
  const names = [
    ...(place.database === null ? [] : [['database', place.database.name] as const]),
    ...(place.table === null ? [] : [['table', place.table.name] as const]),
  ]
  const outer = names.length === 0 ? [] : [{ label: 'API explorer', path: here }]
  return deps.page(c, {
    title: 'API explorer',
    width: 'wide',
    crumbs: [
      ...outer,
      ...(place.table === null
        ? []
        : [{ label: place.database.name, path: here + queryString(names.slice(0, 1)) }]),
    ],
    body: (
      <ApiPage
        about={place.table?.name ?? place.database?.name ?? 'this server'}
        endpoints={endpoints.map((endpoint) => ({
          label: endpoint.label,
          method: endpoint.method,
          address: urls.path(endpoint.path),
          tryPath: here + queryString([...names, ['endpoint', endpoint.key]]),
        }))}
        chosen={{
          label: chosen.label,
          method: chosen.method,
          address: urls.path(chosen.path),
          body: chosen.body === null ? '' : JSON.stringify(chosen.body, null, 2),
          command: commandOf(chosen, urls.absolute(c.req.raw, chosen.path)),
        }}
        furtherTitle={place.database === null ? 'Databases' : 'Tables and views'}
        further={furtherNames(deps, c, place).map((name) => ({
          label: name,
          path: here + queryString([...names, [place.database === null ? 'database' : 'table', name]]),
        }))}
      />
    ),
  })
}

/** What a page is about: the server, one database, or one table of it. */
type Place =
  | { readonly database: null; readonly table: null }
  | { readonly database: Database; readonly table: Table | null }

/** Whoever may not see a database or table is told the same as if it were not there. */
function requirePlace(deps: FeatureDeps, c: AppContext, query: URLSearchParams): Place {
  const { databases, permissions } = deps
  const actor = c.get('actor')
  const name = query.get('database')
  if (name === null) return { database: null, table: null }
  const database = databases.find(name)
  if (database === null || !permissions.allows(actor, 'view-database', databaseResource(name))) {
    throw new HttpError(404, 'Database not found')
  }
  const tableName = query.get('table')
  if (tableName === null) return { database, table: null }
  const table = database.schema().table(tableName)
  if (table === null || !maySeeTable(permissions, actor, database, tableName)) {
    throw new HttpError(404, 'Table not found')
  }
  return { database, table }
}

function endpointsOf(deps: FeatureDeps, c: AppContext, { database, table }: Place): readonly Endpoint[] {
  const actor = c.get('actor')
  if (database === null) return SERVER_ENDPOINTS
  return table === null
    ? databaseEndpoints(deps, actor, database)
    : tableEndpoints(deps, actor, database, table)
}

function furtherNames(deps: FeatureDeps, c: AppContext, { database, table }: Place): readonly string[] {
  const actor = c.get('actor')
  if (table !== null) return []
  if (database === null) {
    return deps.databases.list
      .map(({ name }) => name)
      .filter((name) => deps.permissions.allows(actor, 'view-database', databaseResource(name)))
  }
  const { tables, views } = listingFor(deps, actor, database)
  return [...tables.map(({ name }) => name), ...views].slice(0, MOST_TABLES)
}

function commandOf({ method, body }: Endpoint, url: string): string {
  const authorization = '-H "Authorization: Bearer $TOKEN"'
  if (method === 'GET') return `curl ${authorization} ${shellQuoted(url)}`
  return [
    `curl -X POST ${authorization} -H "Content-Type: application/json"`,
    `  -d ${shellQuoted(JSON.stringify(body))}`,
    `  ${shellQuoted(url)}`,
  ].join(' \\\n')
}
