import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RowChange } from './database.ts'
import { failed } from './failed-reply.ts'
import type { Reply } from './messages.ts'
import { prepareOne } from './prepare.ts'
import { changesBeyond, recordChanges, withoutShadows } from './row-changes.ts'
import { authorizeWriter } from './statement-rules.ts'

/**
 * Prepares a statement of a write unless it would change more rows than `may` says; null is for any. What it does is watched from then
 * on: the caller takes the authorizer away. Throws SQLite's error.
 */
export function preparePermitted(
  handle: DatabaseSync,
  sql: string,
  may: readonly RowChange[] | null,
): StatementSync | Extract<Reply, { kind: 'failed' | 'unpermitted' }> {
  const record = recordChanges(authorizeWriter)
  handle.setAuthorizer(record.authorizer)
  const prepared = prepareOne(handle, sql)
  if (!prepared.ok) return failed('sql', prepared.error)
  const further = may === null ? [] : changesBeyond(record.changes(), may)
  if (further.length > 0) {
    handle.setAuthorizer(null)
    const changes = withoutShadows(handle, further)
    if (changes.length > 0) return { kind: 'unpermitted', changes }
    handle.setAuthorizer(authorizeWriter)
  }
  return prepared.value
}
