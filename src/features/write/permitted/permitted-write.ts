import type { Actor } from '../../../auth/actor.ts'
import type {
  Database,
  RowChange,
  WriteAnswer,
  WriteFailure,
  WriteRequest,
} from '../../../database/database.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'
import type { Result } from '../../../result.ts'
import { challengeHeaders } from '../../challenge.ts'
import { maySeeTable } from '../../visible-tables.ts'

/** The action that a change of rows needs, on the table of the rows. */
const ACTIONS: Readonly<Record<RowChange['operation'], string>> = {
  insert: 'insert-row',
  update: 'update-row',
  delete: 'delete-row',
}

/**
 * Writes for an actor who was found to have the right to the changes in `may`. When SQLite tells that the statements would change more, which
 * is what a foreign key's action does (`replace` deletes, and a delete cascades), the actor needs the right to that as well:
 * a 403 without it, and nothing is done. The lists only grow, so this ends. SQL of somebody's own is judged by `sql-rights.ts`,
 * which counts what triggers do as well (decisions/0024).
 */
export async function permittedWrite(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  request: WriteRequest & { readonly may: readonly RowChange[] },
): Promise<Result<WriteAnswer, WriteFailure>> {
  const written = await database.write(request)
  if (written.ok || written.error.reason !== 'unpermitted') return written

  const { changes } = written.error
  for (const change of changes) requireChange(permissions, actor, database, change)
  return permittedWrite(permissions, actor, database, { ...request, may: [...request.may, ...changes] })
}

function requireChange(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  { operation, table }: RowChange,
): void {
  const action = ACTIONS[operation]
  const resource = tableResource(database.name, table)
  if (permissions.allows(actor, action, resource)) return
  if (!maySeeTable(permissions, actor, database, table)) {
    const words = 'Permission denied: this would also change rows of a table that you may not change'
    throw new HttpError(403, words)
  }
  throw new HttpError(403, `Permission denied: need ${action} on ${database.name}/${table}`, {
    headers: challengeHeaders(permissions, actor, [action], resource),
  })
}
