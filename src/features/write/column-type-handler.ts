import { isObject, writeExactJson, type ExactJson } from '../../http/exact-json.ts'
import { HttpError } from '../../http/http-error.ts'
import type { JsonObject } from '../../http/json.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps, SetColumnType } from '../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../json/json-answer.ts'
import { unknownKeys } from './body-options.ts'
import { isColumnType, sqliteTypeOf } from './column-types.ts'
import { requireJsonBody } from './json-body.ts'

/**
 * `POST /:database/:table/-/set-column-type`: says what the values of a column mean, or no longer (host.md §10.7). It changes
 * nothing in the database, so one that never changes can have it too.
 */
export const columnTypeHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const table = requireTable(database, params['table'])
    const request = parseColumnTypeRequest(await requireJsonBody(c.req.raw, deps))
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

    await deps.columnTypes.set(database.name, table.name, name, type.value)
    const answer = jsonObject({
      ok: { value: true },
      database: { value: database.name },
      table: { value: table.name },
      column: { value: name },
      column_type: { value: type.value },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
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
