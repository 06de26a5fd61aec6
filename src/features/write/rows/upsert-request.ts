import type { ExactJson } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { parseInsertRequest, type InsertRequest, type InsertRules } from './insert-request.ts'

/** What the body of an upsert asks for (host.md §10.3): an insert whose rows all have a key. */
export type UpsertRequest = Omit<InsertRequest, 'onConflict'>

/** Reads the body of an upsert of rows with this key. The failure is every message to show, one for each row without it. */
export function parseUpsertRequest(
  body: ExactJson,
  rules: InsertRules,
  key: readonly string[],
): Result<UpsertRequest, readonly string[]> {
  if (key.length === 0) return fail(['The rows of this table have no key'])
  const request = parseInsertRequest(body, rules)
  if (!request.ok) return request
  const { onConflict, ...upsert } = request.value
  if (onConflict !== 'fail') return fail(['Upsert does not support ignore or replace'])

  const faults = upsert.rows.flatMap((row, place) => {
    const missing = key.filter((name) => !row.has(name))
    if (missing.length > 0) return [`Row ${place} is missing primary key column(s): ${quoted(missing)}`]
    const empty = key.filter((name) => row.get(name) === null)
    return empty.length > 0 ? [`Row ${place} has null primary key column(s): ${quoted(empty)}`] : []
  })
  return faults.length > 0 ? fail(faults) : ok(upsert)
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
