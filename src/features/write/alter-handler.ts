import type { Actor } from '../../auth/actor.ts'
import { HttpError } from '../../http/http-error.ts'
import { tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../json/json-answer.ts'
import { alterPlan } from './alter-plan.ts'
import { parseAlterRequest } from './alter-request.ts'
import { requireFurther, type FurtherAction } from './further-permissions.ts'
import { requireJsonBody } from './json-body.ts'
import { schemaOf, tableAddresses } from './table-answer.ts'
import { requireFreeOfQueries, requireWritableTable } from './writable-table.ts'
import { writeRefusal } from '../write-refusal.ts'
import { maySeeTable } from '../visible-tables.ts'

/**
 * What a new name needs. Rules go by the name of a table: renaming it takes it out of the rules about the old one, and
 * whoever could rename what they may not see could read it under the new one. It is making a copy and dropping the
 * original, and needs what that needs.
 */
const TO_RENAME: readonly FurtherAction[] = ['view-table', 'create-table', 'drop-table'].map((action) => ({
  action,
  denied: `Permission denied: need ${action} to use "rename_table"`,
}))

/** The rows come to the new name, as if they were inserted there: rules about one table hold whatever the way to it. */
function requireNewName(deps: FeatureDeps, actor: Actor | null, database: string, name: string): void {
  requireFreeOfQueries(deps, database, name)
  requireFurther(deps.permissions, actor, {
    held: 'alter-table',
    further: [{ action: 'insert-row', denied: 'Permission denied: need insert-row to use this table name' }],
    resource: tableResource(database, name),
  })
}

/** `POST /:database/:table/-/alter`: changes the columns or the name of a table, in all operations or none (host.md §10.6). */
export const alterHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { permissions, settings, urls } = deps
    const actor = c.get('actor')
    const { database, table } = requireWritableTable(deps.databases, params)
    const operations = parseAlterRequest(await requireJsonBody(c, deps))
    if (!operations.ok) throw new HttpError(400, operations.error)
    const resource = tableResource(database.name, table.name)
    const further = operations.value.some(({ op }) => op === 'rename_table') ? TO_RENAME : []
    requireFurther(permissions, actor, { held: 'alter-table', further, resource })
    for (const operation of operations.value) {
      if (operation.op === 'rename_table') requireNewName(deps, actor, database.name, operation.to)
    }

    const plan = alterPlan(table, operations.value)
    const written = await database.write({
      // The plan knows the columns that there were when it was made.
      condition: {
        sql: "select 1 from sqlite_schema where type = 'table' and name = ? and sql = ?",
        params: [table.name, table.sql],
      },
      statements: [...plan.statements, schemaOf(plan.table)],
      timeLimitMs: settings.sql_time_limit_ms,
    })
    if (!written.ok) throw writeRefusal(written.error)

    const schema = String(written.value.results.at(-1)?.rows[0]?.['sql'])
    const shows = maySeeTable(permissions, actor, database, table.name)
    const answer = jsonObject({
      ok: { value: true },
      ...tableAddresses(urls, c.req.raw, database.name, plan.table),
      altered: { value: schema !== table.sql },
      ...(shows ? { schema: { value: schema }, before_schema: { value: table.sql } } : {}),
      operations_applied: { value: operations.value.length },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
  }
