import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { findStoredQuery } from '../stored-queries.ts'
import { storedQueryJson } from '../stored-query-json.ts'
import { UNSTABLE } from '../unstable.ts'

/** `GET /:database/:query/-/definition`: what a stored query is, without running it (host.md §9.9). Always JSON. */
export const definitionHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Response => {
    const { query: name = '' } = params
    const database = requireDatabase(deps.databases, params['database'])
    const stored = findStoredQuery(deps, database, name)
    if (stored === null) throw new HttpError(404, `Query not found: ${name}`)
    const document = { ok: true, unstable: UNSTABLE, query: storedQueryJson(database.name, stored) }
    return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
  }
