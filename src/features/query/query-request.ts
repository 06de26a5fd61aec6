import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { askedQuery } from './query.ts'
import { type QueryView } from './run-query.ts'

/** The statement that an address asks to run; a 400 where there is none, or one that may not run. */
export function requireQuery(deps: FeatureDeps, c: AppContext, params: RouteParams): QueryView {
  const view = queryView(deps, c, params)
  if (isBlank(view.asked.sql)) throw new HttpError(400, '?sql= is required')
  const allowed = checkReadOnlySql(view.asked.sql)
  if (!allowed.ok) throw new HttpError(400, allowed.error)
  return view
}

/** The same for a page, which has a form when there is no statement. */
export function queryView(
  { config, databases, permissions }: FeatureDeps,
  c: AppContext,
  params: RouteParams,
): QueryView {
  const database = requireDatabase(databases, params['database'])
  const query = parametersOf(c)
  return {
    database,
    query,
    asked: askedQuery(query.get('sql') ?? '', query),
    params,
    headers: dataHeaders(c),
    isWrite: false,
    isPrivate: () => isPrivate(permissions, c.get('actor'), 'execute-sql', databaseResource(database.name)),
    metadata: () => config.databaseMetadata(database.name),
  }
}

/** Whether there is no statement. */
export function isBlank(sql: string): boolean {
  return sql.trim() === ''
}
