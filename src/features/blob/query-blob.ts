import { isBytes } from '../json/json-value.ts'
import type { QueryAnswer } from '../../database/database.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { eachRow } from '../json/shape.ts'
import { queryRefusal } from '../query-refusal.ts'
import { requireQuery } from '../query/query-request.ts'
import { runQuery, type QueryView } from '../query/run-query.ts'
import { requireStoredQuery } from '../query/stored-request.ts'
import { BLOB_HASH, blobBytes, blobHash } from './blob-address.ts'
import { blobAnswer } from './blob-answer.ts'
import { expiredLink, requireBlobColumn } from './blob-request.ts'

/** `GET /:database/-/query.blob`: bytes that a statement of the reader's own finds (host.md §9.8). */
export const queryBlobHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> =>
    answer(deps, c, requireQuery(deps, c, params), null)

/** `GET /:database/:query.blob`: bytes that a stored query finds (host.md §9.9). */
export const storedQueryBlobHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireStoredQuery(deps, c, params)
    return answer(deps, c, view, view.stored.name)
  }

/** `name` is that of a stored query. */
async function answer(
  deps: FeatureDeps,
  c: AppContext,
  view: QueryView,
  name: string | null,
): Promise<Response> {
  const found = await runQuery(deps, c, view, { shape: 'arrays' })
  if (!found.ok) throw queryRefusal(found.error)

  const column = requireBlobColumn(view.query, found.value.columns)
  const hash = view.query.get(BLOB_HASH)
  const bytes = findBytes(found.value, column, hash)
  if (bytes === null) throw expiredLink()
  const named = [name, column, hash?.slice(0, 6) ?? null].filter((part) => part !== null)
  return blobAnswer(c, bytes, named.join('-'), view.headers)
}

/** The first bytes in this column, or those with this hash; null where there are none. Several columns may have the name. */
function findBytes({ columns, rows }: QueryAnswer, column: string, hash: string | null): Uint8Array | null {
  for (const row of eachRow(rows)) {
    for (const [place, value] of splitJsonArray(row).entries()) {
      if (columns[place] !== column || !isBytes(value)) continue
      const bytes = blobBytes(value)
      if (hash === null || blobHash(bytes) === hash) return bytes
    }
  }
  return null
}
