import type { Actor } from '../../auth/actor.ts'
import type { Database } from '../../database/database.ts'
import type { JsonValue } from '../../http/json.ts'
import type { FeatureDeps } from '../feature-deps.ts'

/** One row in which every statement stands beside the table that it is about, in the order in which they were run. */
const STATEMENTS =
  'select json_group_array(json_array(tbl_name, sql)) as statements from sqlite_schema where sql is not null'

/**
 * The statements that made a database, apart by `;` and a line end. Those about tables that this reader may not see are left
 * out: their names alone can tell something.
 */
export function schemaSql({ permissions }: FeatureDeps, actor: Actor | null, database: Database): string {
  const maySee = permissions.allowsIn(actor, 'view-table', database.name)
  const row = database.get(STATEMENTS, [])
  const parsed: JsonValue = JSON.parse(String(row?.['statements'] ?? '[]'))
  return (isList(parsed) ? parsed : [])
    .flatMap((pair) => {
      const [table, sql] = isList(pair) ? pair : []
      return typeof table === 'string' && typeof sql === 'string' && maySee(table) ? [sql] : []
    })
    .join(';\n')
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
