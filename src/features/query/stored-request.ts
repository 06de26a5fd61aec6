import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { challengeHeaders } from '../challenge.ts'
import { cachedDataHeaders, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps, StoredQuery } from '../feature-deps.ts'
import { findStoredQuery } from '../stored-queries.ts'
import { storedQueryJson } from '../stored-query-json.ts'
import { magicValues } from './magic-parameters.ts'
import { askedQuery, usesMagic } from './query.ts'
import { type QueryView } from './run-query.ts'

/** A stored query and what the address asks of it. */
export type StoredView = QueryView & { readonly stored: StoredQuery }

/** The stored query at an address with its values; throws the refusal for a reader who may not run it. */
export function requireStoredQuery(deps: FeatureDeps, c: AppContext, params: RouteParams): StoredView {
  const database = requireDatabase(deps.databases, params['database'])
  const stored = findStoredQuery(deps, database, params['query'] ?? '')
  if (stored === null) throw new HttpError(404, 'Query not found')
  const isWrite = stored.write === true
  if (!stored.is_trusted) requireSql(deps, c, database, stored, isWrite ? 'execute-write-sql' : 'execute-sql')
  return storedQueryWith(deps, c, database, stored, params, parametersOf(c))
}

/** A query that is not trusted runs with no more rights than the reader has. */
function requireSql(
  { permissions }: FeatureDeps,
  c: AppContext,
  database: Database,
  { name }: StoredQuery,
  action: 'execute-sql' | 'execute-write-sql',
): void {
  const actor = c.get('actor')
  if (permissions.allows(actor, action, databaseResource(database.name))) return
  const resource = tableResource(database.name, name)
  throw new HttpError(403, action, {
    headers: challengeHeaders(permissions, actor, ['view-query', action], resource),
  })
}

/** A stored query with these values for its parameters. */
export function storedQueryWith(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  stored: StoredQuery,
  params: RouteParams,
  query: URLSearchParams,
): StoredView {
  const { clock, permissions, random, settings } = deps
  const actor = c.get('actor')
  const magic = magicValues(stored.sql, { actor, headers: c.req.raw.headers, clock, random })
  const asked = askedQuery(stored.sql, query, { first: stored.params ?? [], magic })
  return {
    database,
    stored,
    query,
    params,
    asked,
    headers: usesMagic(asked)
      ? { ...dataHeaders(c), 'Cache-Control': 'private, no-store' }
      : cachedDataHeaders(c, settings),
    isWrite: stored.write === true,
    isPrivate: () => isPrivate(permissions, actor, 'view-query', tableResource(database.name, stored.name)),
    metadata: () => storedQueryJson(database.name, stored),
  }
}
