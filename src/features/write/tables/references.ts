import type { Actor } from '../../../auth/actor.ts'
import type { Database } from '../../../database/database.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'
import { challengeHeaders } from '../../challenge.ts'
import type { Reference } from './column-definition.ts'
import { maySeeTable } from '../../visible-tables.ts'

/** One column that all values of a foreign key can be found in, by an index of its own. */
const UNIQUE_INDEX = `
  select 1 from temp.pragma_index_list(:table) as l, temp.pragma_index_info(l.name) as i
  where l."unique" and not l.partial
  group by l.name having count(*) = 1 and max(i.name) = :column limit 1`

/** The table that gets a foreign key, which may point to itself. */
export type Referring = { readonly table: string; readonly primaryKeys: readonly string[] }

/**
 * The column that a foreign key points to. Throws a 400 for a foreign key that could not work: with one that points to columns which are not unique, SQLite
 * refuses every later change of the other table too. And a 403 for one to a table that the actor may not see: whether
 * a row goes in would tell which values are there.
 */
export function requireReferable(
  { permissions, actor, database }: Asking,
  { table: from, primaryKeys }: Referring,
  { table: to, column }: Reference,
): string {
  const isItself = to === from
  const resource = tableResource(database.name, to)
  const other = isItself ? null : database.schema().table(to)
  if (!isItself && other?.kind !== 'table') throw new HttpError(400, `No such table: ${to}`)
  if (!isItself && !maySeeTable(permissions, actor, database, to)) {
    throw new HttpError(403, 'Permission denied: need view-table to use "fk_table"', {
      headers: challengeHeaders(permissions, actor, ['view-table'], resource),
    })
  }
  const [only, ...others] = other?.primaryKeys ?? primaryKeys
  const isKey = only !== undefined && others.length === 0 && (column === null || column === only)
  if (isKey) return only
  if (column === null)
    throw new HttpError(400, `fk_column is required: ${to} has no primary key of one column`)
  if (database.get(UNIQUE_INDEX, { table: to, column }) === null) {
    throw new HttpError(400, `fk_column is not a unique column of ${to}: ${column}`)
  }
  return column
}

/** Who asks for a foreign key, and where. */
export type Asking = {
  readonly permissions: Permissions
  readonly actor: Actor | null
  readonly database: Database
}
