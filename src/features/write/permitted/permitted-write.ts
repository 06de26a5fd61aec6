import type { Actor } from '../../../auth/actor.ts'
import type {
  Database,
  RowChange,
  WriteAnswer,
  WriteFailure,
  WriteRequest,
} from '../../../database/database.ts'
import type { EventDetails } from '../../../events/event.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'
import { ok, type Result } from '../../../result.ts'
import type { AppContext } from '../../../routing/context.ts'
import { challengeHeaders } from '../../challenge.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { maySeeTable } from '../../visible-tables.ts'
import { trackDoubt } from './track-doubt.ts'

/** The action that a change of rows needs, on the table of the rows. */
const ACTIONS: Readonly<Record<RowChange['operation'], string>> = {
  insert: 'insert-row',
  update: 'update-row',
  delete: 'delete-row',
}

/**
 * Characters of all statements of one write. A row is a statement of its own and names its columns, twice where it comes back: long
 * names make much of a small body.
 */
const MAX_SQL_CHARACTERS = 32 * 1024 * 1024

/** A write whose further rights SQLite finds out. */
export type PermittedWrite = Pick<WriteRequest, 'condition' | 'statements' | 'rows'> & {
  /** The changes of rows to which the actor was found to have the right. */
  readonly may: readonly RowChange[]
  /** What it does: put into the trail when nobody knows whether the write was kept. A success is the caller's to tell. */
  readonly does: readonly EventDetails[]
  /** Who does it, where that is not the actor of the request. */
  readonly actor?: Actor | null
}

/** What a write did. `may` has all the kinds of changes that it could make, those of foreign keys too. */
type PermittedAnswer = WriteAnswer & { readonly may: readonly RowChange[] }

/**
 * Writes for an actor. When SQLite tells that the statements would change more than `may`, which
 * is what a foreign key's action does (`replace` deletes, and a delete cascades), the actor needs the right to that as well:
 * a 403 without it, and nothing is done. SQL of somebody's own is judged by `sql-rights.ts`,
 * which counts what triggers do as well (decisions/0024). Throws the 400 for statements that are too long together.
 */
export async function permittedWrite(
  deps: Pick<FeatureDeps, 'permissions' | 'settings' | 'trackEvents'>,
  c: AppContext,
  database: Database,
  { does, actor = c.get('actor'), ...change }: PermittedWrite,
): Promise<Result<PermittedAnswer, WriteFailure>> {
  const length = change.statements.reduce((sum, { sql }) => sum + sql.length, 0)
  if (length > MAX_SQL_CHARACTERS) {
    throw new HttpError(
      400,
      'The names of the columns are too long for so many rows. Send fewer rows at once.',
    )
  }
  const limits = { timeLimitMs: deps.settings.sql_time_limit_ms, signal: c.req.raw.signal }
  const written = await writeAsFarAsPermitted(deps.permissions, actor, database, { ...change, ...limits })
  if (!written.ok) await trackDoubt(deps, c, written.error, does, actor)
  return written
}

/** The list of what the statements may do only grows, so this ends. */
async function writeAsFarAsPermitted(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  request: WriteRequest & Pick<PermittedWrite, 'may'>,
): Promise<Result<PermittedAnswer, WriteFailure>> {
  const written = await database.write(request)
  if (written.ok) return ok({ ...written.value, may: request.may })
  if (written.error.reason !== 'unpermitted') return written

  const { changes } = written.error
  for (const change of changes) requireChange(permissions, actor, database, change)
  const may = [...request.may, ...changes]
  return writeAsFarAsPermitted(permissions, actor, database, { ...request, may })
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
