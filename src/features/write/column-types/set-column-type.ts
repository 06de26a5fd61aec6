import type { SetColumnType } from '../../../column-types/column-types.ts'
import type { Database, Table } from '../../../database/database.ts'
import { isObject, writeExactJson, type ExactJson } from '../../../http/exact-json.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { JsonObject } from '../../../http/json.ts'
import type { AppContext } from '../../../routing/context.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { unknownKeys } from '../../json/body-options.ts'
import { isColumnType, sqliteTypeOf } from './column-types.ts'

/**
 * Does what the body of `/-/set-column-type` asks for (host.md §10.7), for whoever may; throws the refusal. It changes
 * nothing in the database, so one that never changes can have it too.
 */
export async function setColumnType(
  { columnTypes, trackEvents }: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  body: ExactJson,
): Promise<{ readonly column: string; readonly type: SetColumnType | null }> {
  const request = parseColumnTypeRequest(body)
  if (!request.ok) throw new HttpError(400, request.error)
  const { column: name, type: asked } = request.value
  const column = table.columns.find((each) => each.name === name)
  if (column === undefined) throw new HttpError(400, `Column not found: ${name}`)
  const type = asked()
  if (!type.ok) throw new HttpError(400, type.error)
  const declared = sqliteTypeOf(column)
  if (type.value !== null && declared !== 'TEXT') {
    const place = `${database.name}.${table.name}.${name}`
    throw new HttpError(
      400,
      `Column type '${type.value.type}' is only applicable to SQLite types TEXT but ${place} has SQLite type ${declared}`,
    )
  }
  await columnTypes.set(database.name, table.name, name, type.value)
  await trackEvents(c, [
    {
      name: 'set-column-type',
      database: database.name,
      table: table.name,
      column: name,
      column_type: type.value?.type ?? null,
    },
  ])
  return { column: name, type: type.value }
}

/** `type` is looked at after the column was found, so that messages come in Datasette's order. */
type ColumnTypeRequest = {
  readonly column: string
  readonly type: () => Result<SetColumnType | null, string>
}

function parseColumnTypeRequest(body: ExactJson): Result<ColumnTypeRequest, string> {
  if (!isObject(body)) return fail('JSON must be a dictionary')
  const invalid = unknownKeys(body, ['column', 'column_type'])
  if (invalid.length > 0) return fail(`Invalid parameter: "${invalid.join('", "')}"`)
  const { column, column_type: type } = body
  if (column === undefined) return fail('"column" is required')
  if (typeof column !== 'string') return fail('"column" must be a string')
  return type === undefined
    ? fail('"column_type" is required')
    : ok({ column, type: () => parseColumnType(type) })
}

function parseColumnType(sent: ExactJson): Result<SetColumnType | null, string> {
  if (sent === null) return ok(null)
  if (!isObject(sent)) return fail('"column_type" must be an object or null')
  const invalid = unknownKeys(sent, ['type', 'config'])
  if (invalid.length > 0) return fail(`Invalid column_type parameter: "${invalid.join('", "')}"`)
  const { type, config = null } = sent
  if (type === undefined) return fail('"column_type.type" is required')
  if (typeof type !== 'string') return fail('"column_type.type" must be a string')
  if (config !== null && !isObject(config)) return fail('"column_type.config" must be a dictionary')
  if (!isColumnType(type)) return fail(`Unknown column type: ${type}`)
  if (config === null) return ok({ type, config })
  const text = writeExactJson(config, 0)
  if (text.length > MAX_CONFIG_CHARACTERS) return fail('"column_type.config" is too large')
  const plain: JsonObject = JSON.parse(text)
  return ok({ type, config: plain })
}

/** It is kept with the server's own records and sent with every answer about the table that asks for types. */
const MAX_CONFIG_CHARACTERS = 10_000
