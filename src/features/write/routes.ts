import type { Route } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterHandler } from './tables/alter-handler.ts'
import { bulkFormatOf } from './requests/body-format.ts'
import { bulkHandler } from './bulk/bulk-handler.ts'
import { columnTypeHandler } from './column-types/column-type-handler.ts'
import { createHandler } from './tables/create-handler.ts'
import { deleteHandler } from './rows/delete-handler.ts'
import { dropHandler } from './tables/drop-handler.ts'
import { foreignKeySuggestionsHandler } from './tables/foreign-key-suggestions.ts'
import { foreignKeyTargetsHandler } from './tables/foreign-key-targets.ts'
import { TO_UPSERT } from './permitted/further-permissions.ts'
import { insertHandler } from './rows/insert-handler.ts'
import { refuseInJson, refusingInJson, type Denial } from '../json/json-errors.ts'
import { analyzeSqlHandler, writeSqlHandler, writeSqlPageHandler } from './sql/sql-handler.tsx'
import { repeatable, type RepeatableHandler } from './requests/repeatable.ts'
import { updateHandler } from './rows/update-handler.ts'
import { upsertHandler } from './rows/upsert-handler.ts'

/** The JSON API that changes data, and what it offers to those who write to it. */
export function writeRoutes(deps: FeatureDeps): readonly Route[] {
  const route = (path: string, action: string, handle: Route['handle'], denial?: Denial): Route => ({
    method: 'POST',
    path,
    allow: { who: 'permitted', action },
    refuse: refuseInJson(deps.permissions, denial ?? { denied: 'Permission denied', needs: [action] }),
    handle: refusingInJson(handle),
  })
  const toWriteSql = 'execute-write-sql'
  const sqlDenial = {
    refuse: refuseInJson(deps.permissions, {
      denied: `Permission denied: need ${toWriteSql}`,
      needs: [toWriteSql],
    }),
  }
  /** The kind of content decides who reads it. */
  const rowsHandler = (json: RepeatableHandler, kind: 'insert' | 'upsert') => {
    const bulk = bulkHandler(deps, kind)
    return repeatable(deps, (c, params, attempt) =>
      (bulkFormatOf(attempt.source.headers) === null ? json : bulk)(c, params, attempt),
    )
  }
  return [
    {
      method: 'GET',
      path: '/:database/-/execute-write',
      allow: { who: 'permitted', action: toWriteSql },
      handle: writeSqlPageHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/-/execute-write/analyze',
      allow: { who: 'permitted', action: toWriteSql },
      ...sqlDenial,
      handle: refusingInJson(analyzeSqlHandler(deps)),
    },
    {
      method: 'POST',
      path: '/:database/-/execute-write',
      allow: { who: 'permitted', action: toWriteSql },
      ...sqlDenial,
      handle: writeSqlHandler(deps),
    },
    {
      method: 'GET',
      path: '/:database/-/foreign-key-targets',
      // Two permissions will do, each for itself.
      allow: { who: 'anyone' },
      handle: refusingInJson(foreignKeyTargetsHandler(deps)),
    },
    {
      ...route(
        '/:database/:table/-/foreign-key-suggestions',
        'alter-table',
        foreignKeySuggestionsHandler(deps),
        {
          denied: 'Permission denied: need alter-table',
          needs: ['alter-table'],
        },
      ),
      method: 'GET',
    },
    route('/:database/-/create', 'create-table', createHandler(deps)),
    route('/:database/:table/-/alter', 'alter-table', alterHandler(deps), {
      denied: 'Permission denied: need alter-table',
      needs: ['alter-table'],
    }),
    route('/:database/:table/-/set-column-type', 'set-column-type', columnTypeHandler(deps)),
    route('/:database/:table/-/drop', 'drop-table', dropHandler(deps)),
    route('/:database/:table/-/insert', 'insert-row', rowsHandler(insertHandler(deps), 'insert')),
    route('/:database/:table/-/upsert', 'insert-row', rowsHandler(upsertHandler(deps), 'upsert'), {
      denied: TO_UPSERT.denied,
      needs: ['insert-row', TO_UPSERT.action],
    }),
    route('/:database/:table/:pks*/-/update', 'update-row', updateHandler(deps)),
    route('/:database/:table/:pks*/-/delete', 'delete-row', deleteHandler(deps)),
  ]
}
