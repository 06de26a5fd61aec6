import type { Urls } from '../../../http/urls.ts'
import type { JsonMember } from '../../json/json-answer.ts'
import { tablePath } from '../../links.ts'

/** Where a table that was made or altered is, as its answer says it. */
export function tableAddresses(
  urls: Urls,
  request: Request,
  database: string,
  table: string,
): Readonly<Record<string, JsonMember>> {
  const path = tablePath(database, table)
  return {
    database: { value: database },
    table: { value: table },
    table_url: { value: urls.absolute(request, path) },
    table_api_url: { value: urls.absolute(request, `${path}.json`) },
  }
}
