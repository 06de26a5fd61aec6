import type { Actor } from '../../../auth/actor.ts'
import type { Column, Database } from '../../../database/database.ts'
import { HttpError } from '../../../http/http-error.ts'
import { databaseResource, tableResource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'
import { parametersOf, type AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { challengeHeaders } from '../../challenge.ts'
import { dataHeaders } from '../../data-headers.ts'
import { requireDatabase } from '../../exists.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { visibleTables } from '../../visible-tables.ts'

/** A column that a foreign key can point to: the key of a table that has a key of one column. */
export type ForeignKeyTarget = { readonly table: string; readonly column: Column }

/** The targets that an actor may see, by the name of their table; no hidden tables. */
export function foreignKeyTargets(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
): readonly ForeignKeyTarget[] {
  const schema = database.schema()
  const isVisible = visibleTables(permissions, actor, database)
  return schema.tables.flatMap(({ name, hidden }) => {
    if (hidden || /^sqlite_/i.test(name) || !isVisible(name)) return []
    const table = schema.table(name)
    const key = table?.columns.find((column) => column.name === table.primaryKeys[0])
    return key === undefined || table?.primaryKeys.length !== 1 ? [] : [{ table: name, column: key }]
  })
}

/** The affinity of a declared type (sqlite.org/datatype3.html §3.1). */
export function affinityName(declared: string): 'integer' | 'text' | 'blob' | 'real' | 'numeric' {
  const type = declared.toUpperCase()
  if (type.includes('INT')) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text'
  if (type === '' || type.includes('BLOB')) return 'blob'
  return /REAL|FLOA|DOUB/.test(type) ? 'real' : 'numeric'
}

/**
 * `GET /:database/-/foreign-key-targets`: what the foreign keys of a new table, or of `?table=`, can point to. For those who
 * may create tables or alter that one.
 */
export const foreignKeyTargetsHandler =
  ({ databases, permissions }: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Response => {
    const database = requireDatabase(databases, params['database'])
    const actor = c.get('actor')
    const resource = databaseResource(database.name)
    const table = new Map(parametersOf(c)).get('table') ?? ''
    const mayAlter =
      database.schema().table(table) !== null &&
      permissions.allows(actor, 'alter-table', tableResource(database.name, table))
    if (!mayAlter && !permissions.allows(actor, 'create-table', resource)) {
      const headers = challengeHeaders(permissions, actor, ['create-table'], resource)
      throw new HttpError(403, 'Permission denied: need create-table', { headers })
    }
    const targets = foreignKeyTargets(permissions, actor, database).map((target) => ({
      fk_table: target.table,
      fk_column: target.column.name,
      type: affinityName(target.column.type),
    }))
    const answer = jsonObject({
      ok: { value: true },
      database: { value: database.name },
      targets: { value: targets },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
  }
