import { parameterNames } from '../../../database/sql-text.ts'
import type { SqlValue } from '../../../database/values.ts'
import { readForm } from '../../../http/body.ts'
import { isObject, type ExactJson } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { asksForJson } from '../../json-requests.ts'
import { unknownKeys } from '../../json/body-options.ts'
import { cellValue } from '../values/cell-value.ts'
import { requireJsonBody } from '../requests/json-body.ts'

/** A statement as it was sent, with values for its parameters; those that were not sent are empty. */
export type SqlRequest = {
  readonly sql: string
  readonly params: Readonly<Record<string, SqlValue>>
}

/** What a form says of a statement: as it was written, whatever it is worth. */
export type SqlForm = {
  readonly sql: string
  /** Values by parameter. */
  readonly params: ReadonlyMap<string, string>
  /** The statement whose analysis the page showed; null when no page was shown. */
  readonly checked: string | null
  /** Whether the answer is to be JSON. */
  readonly wantsJson: boolean
}

/** Before the name of a parameter whose field could be taken for one of the form's own. */
export const PARAMETER_PREFIX = '_sql_param_'

/** The field in which the page says which statement it has explained. */
export const CHECKED_FIELD = '_checked'

/** Whether a statement is another than the one that a page had shown. Browsers end the lines of a field as they like. */
export function isAnother(checked: string | null, sql: string): boolean {
  return checked !== null && inLines(checked) !== inLines(sql)
}

function inLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n')
}

const OWN_FIELDS: ReadonlySet<string> = new Set(['sql', 'csrftoken', '_json', CHECKED_FIELD])

/** Reads a form. Throws what reading a body throws. */
export async function readSqlForm(c: AppContext, { settings }: FeatureDeps): Promise<SqlForm> {
  const form = await readForm(c.req.raw, settings.max_post_body_bytes)
  const params = new Map<string, string>()
  for (const [name, value] of form) {
    if (name.startsWith(PARAMETER_PREFIX)) params.set(name.slice(PARAMETER_PREFIX.length), value)
    else if (!OWN_FIELDS.has(name)) params.set(name, value)
  }
  return {
    sql: form.get('sql') ?? '',
    params,
    checked: form.get(CHECKED_FIELD),
    wantsJson: asksForJson(c) || (form.get('_json') ?? '') !== '',
  }
}

/** Judges a form. The failure is the message to show. */
export function parseSqlForm({ sql, params }: SqlForm): Result<SqlRequest, string> {
  return withValues(sql, params)
}

/** Reads a JSON body; the failure is the message to show. Throws what reading a body throws. */
export async function readSqlJson(c: AppContext, deps: FeatureDeps): Promise<Result<SqlRequest, string>> {
  return parseSqlJson(await requireJsonBody(c.req.raw, deps))
}

function parseSqlJson(body: ExactJson): Result<SqlRequest, string> {
  if (!isObject(body)) return fail('JSON must be a dictionary')
  const unknown = unknownKeys(body, ['sql', 'params'])
  if (unknown.length > 0) return fail(`Invalid keys: ${unknown.join(', ')}`)
  const params = Object.hasOwn(body, 'params') ? body['params'] || {} : {}
  if (!isObject(params)) return fail('params must be a dictionary')

  const values = new Map<string, SqlValue>()
  for (const [name, value] of Object.entries(params)) {
    const cell = cellValue(value)
    if (!cell.ok) return fail(`params.${name}: ${cell.error}`)
    values.set(name, cell.value)
  }
  return withValues(Object.hasOwn(body, 'sql') ? body['sql'] : '', values)
}

function withValues(
  sql: ExactJson | undefined,
  values: ReadonlyMap<string, SqlValue>,
): Result<SqlRequest, string> {
  if (typeof sql !== 'string' || sql.trim() === '') return fail('SQL is required')
  const names = plainParameters(sql)
  if (!names.ok) return names
  const known = new Set(names.value)
  const unknown = [...values.keys()].filter((name) => !known.has(name)).sort()
  if (unknown.length > 0) return fail(`Unknown parameters: ${unknown.join(', ')}`)
  return ok({
    sql,
    params: Object.fromEntries(
      names.value.map((name) => [name, values.has(name) ? (values.get(name) ?? null) : '']),
    ),
  })
}

/** The most parameters of a statement that SQLite takes. */
const MAX_PARAMETERS = 32_766

/** The parameters of a statement; the failure is for too many, and for one that stands for a fact about the reader. */
export function plainParameters(sql: string): Result<readonly string[], string> {
  const names = parameterNames(sql)
  if (names.length > MAX_PARAMETERS) return fail(`Too many parameters, maximum allowed is ${MAX_PARAMETERS}`)
  return names.some((name) => name.startsWith('_')) ? fail('Magic parameters are not allowed') : ok(names)
}
