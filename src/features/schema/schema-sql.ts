import type { Actor } from '../../auth/actor.ts'
import type { Database } from '../../database/database.ts'
import { isJsonList, type JsonValue } from '../../http/json.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { visibleTables } from '../visible-tables.ts'

/** One row in which every statement stands beside the table that it is about, in the order in which they were run. */
const STATEMENTS =
  'select json_group_array(json_array(tbl_name, sql, type)) as statements from sqlite_schema where sql is not null'

/**
 * The statements that made a database, apart by `;` and a line end. Those about tables that this reader may not see are left
 * out: their names alone can tell something.
 */
export function schemaSql({ permissions }: FeatureDeps, actor: Actor | null, database: Database): string {
  const maySee = visibleTables(permissions, actor, database)
  const { tables, views } = database.schema()
  const maySeeAll = tables.every(({ name }) => maySee(name)) && views.every(maySee)
  const row = database.get(STATEMENTS, [])
  const parsed: JsonValue = JSON.parse(String(row?.['statements'] ?? '[]'))
  return (isJsonList(parsed) ? parsed : [])
    .flatMap((pair) => {
      const [table, sql, type] = isJsonList(pair) ? pair : []
      if (typeof table !== 'string' || typeof sql !== 'string') return []
      // A trigger can name any table of the database, and what is in it.
      return maySee(table) && (type !== 'trigger' || maySeeAll) ? [sql] : []
    })
    .join(';\n')
}
