import type { Database } from '../../database/database.ts'
import { isJsonList, type JsonValue } from '../../http/json.ts'

const STATEMENTS = `select json_group_array(sql) as statements from (
  select sql from sqlite_schema where tbl_name = :name and sql is not null and type in ('table', 'view', 'index')
  order by type = 'index')`

/** The statements that made a table and its indexes, or a view, each with a semicolon at its end. */
export function tableDefinition(database: Database, name: string): string {
  const row = database.get(STATEMENTS, { name })
  const parsed: JsonValue = JSON.parse(String(row?.['statements'] ?? '[]'))
  return (isJsonList(parsed) ? parsed : [])
    .filter((sql) => typeof sql === 'string')
    .map((sql) => `${sql};`)
    .join('\n')
}
