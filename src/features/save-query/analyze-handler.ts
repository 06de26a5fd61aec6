import { HttpError } from '../../http/http-error.ts'
import { databaseResource } from '../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { UNSTABLE } from '../unstable.ts'
import { analyzeFor, operationJson } from '../write/sql/sql-analysis.ts'
import { requirePlainParameters, requireRunnable } from './savable-sql.ts'

/** `GET /:database/-/queries/analyze?sql=`: whether a statement could be saved, and what it would do. Always JSON. */
export const analyzeQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const query = parametersOf(c)
    const unknown = [...new Set(query.keys())].filter((name) => name !== 'sql').sort()
    if (unknown.length > 0) throw new HttpError(400, `Invalid keys: ${unknown.join(', ')}`)
    const sql = (query.get('sql') ?? '').trim()
    const actor = c.get('actor')
    const found = await lookAt(() => requireRunnable({ deps, actor, database }, sql), sql)
    const mayWrite =
      database.isWritable &&
      deps.permissions.allows(actor, 'execute-write-sql', databaseResource(database.name))
    const isWrite = found.writes || found.error?.status === 403
    const analysis = isWrite && mayWrite ? await analyzeFor(deps, actor, database, sql) : null
    const document = {
      ok: found.error === null || found.error.status === 403,
      parameters: found.parameters,
      analysis_error: found.error?.status === 400 ? found.error.message : null,
      analysis_rows: (analysis?.judged ?? []).map((one) => ({
        ...operationJson(database.name, one),
        allowed: one.refusal === null,
      })),
      has_sql: sql !== '',
      analysis_is_write: isWrite,
      save_disabled: sql === '' || found.error !== null,
      unstable: UNSTABLE,
    }
    return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
  }

type Found = {
  readonly parameters: readonly string[]
  readonly writes: boolean
  readonly error: HttpError | null
}

async function lookAt(runnable: () => Promise<boolean>, sql: string): Promise<Found> {
  if (sql === '') return { parameters: [], writes: false, error: null }
  let parameters: readonly string[] = []
  try {
    parameters = requirePlainParameters(sql)
    return { parameters, writes: await runnable(), error: null }
  } catch (error) {
    if (!(error instanceof HttpError) || error.status >= 500) throw error
    return { parameters, writes: false, error }
  }
}
