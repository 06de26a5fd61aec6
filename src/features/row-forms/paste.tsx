import type { Table, WriteAnswer, WriteFailure, WriteStatement } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { isRowNumber, keyNames, rowKeyOf } from '../../database/row-key.ts'
import { readForm } from '../../http/body.ts'
import { writeExactJson, type ExactObject } from '../../http/exact-json.ts'
import type { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import { tableResource } from '../../permissions/action.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { insertRowsPath, queryString } from '../links.ts'
import { maySeeTable } from '../visible-tables.ts'
import { writableColumns } from '../write/rows/added-columns.ts'
import { columnChecks } from '../write/column-types/column-types.ts'
import { insertPlan } from '../write/rows/insert-plan.ts'
import { parseInsertRequest, type InsertRequest } from '../write/rows/insert-request.ts'
import { mayDeleteRows } from '../write/permitted/may-delete-rows.ts'
import { permittedWrite } from '../write/permitted/permitted-write.ts'
import { rowsInserted } from '../write/rows/rows-inserted.ts'
import { UnknownOutcome, writeRefusal } from '../write/permitted/write-refusal.ts'
import { doubtsAboutRows } from './field-doubt.ts'
import { formFields } from './form-field.ts'
import { requireFormTable, tableOrHome } from './form-table.ts'
import { PastePage, PreviewPage, type OnConflict, type PastePageProps } from './paste-page.tsx'
import { writeFaults } from './write-faults.ts'
import { plainWords } from '../plain-words.ts'
import { parsePastedRows, type PasteFormat } from '../pasted-rows.ts'

/** `GET /:database/:table/-/insert-rows`: a field to paste rows into. */
export const pasteRowsPage =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> =>
    show(deps, c, params, { text: '', onConflict: 'fail', faults: [] })

/** `POST /:database/:table/-/insert-rows`: shows the rows that were pasted, and adds them when that was confirmed. */
export const pasteRows =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, table } = requireFormTable(deps, params)
    const form = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
    const text = form.get('rows') ?? ''
    const asked = form.get('on_conflict')
    const onConflict = choicesOf(deps, c, params).find((choice) => choice === asked) ?? 'fail'
    const posted = { text, onConflict }
    const pasted = await requestOf(deps, params, posted)
    if (!pasted.ok) return show(deps, c, params, { ...posted, faults: pasted.error.map(plainWords) })
    const { request, format } = pasted.value
    if (form.get('step') !== 'insert') return preview(deps, c, params, posted, request, format)

    const mayDelete = mayDeleteRows(deps.permissions, c.get('actor'), database.name, table.name)
    const plan = insertPlan(table, request, mayDelete)
    const inserted = rowsInserted(database.name, table.name, request.rows.length, request.onConflict)
    const written = await permittedWrite(deps, c, database, {
      statements: [...plan.inserts, ...lastNumbers(table, request)],
      may: [{ operation: 'insert', table: table.name }],
      does: [inserted],
    })
    if (!written.ok) {
      const refusal = writeRefusal(written.error)
      const nothing = refusal instanceof UnknownOutcome ? [] : ['Nothing was inserted.']
      const faults = [...nothing, ...rowFaults(deps, c, params, request, written.error)]
      return show(deps, c, params, { ...posted, faults }, refusal.status)
    }
    await deps.trackEvents(c, [inserted])
    const count = request.rows.length
    const rows = count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`
    const skips = onConflict === 'ignore' ? ', without those whose key was there' : ''
    deps.say(c, { text: `Inserted ${rows} into ${table.name}${skips}`, kind: 'info' })
    const keys = keysOf(table, request, written.value)
    const sees = maySeeTable(deps.permissions, c.get('actor'), database, table.name)
    return c.redirect(tableOrHome(deps, c, database, table) + (sees && keys !== null ? keys : ''), 303)
  }

/** Why the database did not take the rows, by the row (from 1) and the columns that it is about, where that is known. */
function rowFaults(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  { rows }: InsertRequest,
  failure: WriteFailure,
): readonly string[] {
  const place = failure.reason === 'sql' ? failure.statement : undefined
  const row = place === undefined ? undefined : rows[place]
  if (place === undefined || row === undefined) return [writeRefusal(failure).message]
  const faults = writeFaults(deps, c, requireFormTable(deps, params), row, failure)
  const inFields = [...faults.fields].map(([column, fault]) => `Row ${place + 1}, ${column}: ${fault}`)
  return faults.form === null ? inFields : [`Row ${place + 1}: ${faults.form}`]
}

/** The smallest of the numbers that SQLite gives to rows without any, which come after all others. */
function lastNumbers(table: Table, { rows }: InsertRequest): readonly WriteStatement[] {
  const name = numberedBy(table)
  if (name === null || table.role !== 'own' || rows.some((row) => (row.get(name) ?? null) !== null)) return []
  const id = quoteIdentifier(name)
  const last = `select ${id} from ${quoteIdentifier(table.name)} order by ${id} desc limit ${rows.length}`
  return [{ sql: `select min(${id}) as first from (${last})`, params: [] }]
}

/** The part of an address that leaves the new rows alone on the page of the table; null where that would be long, or takes more than a key. */
function keysOf(table: Table, { rows }: InsertRequest, { results }: WriteAnswer): string | null {
  const [name, ...others] = keyNames(table)
  if (name === undefined || others.length > 0) return null
  const first = results[rows.length]?.rows[0]?.['first'] ?? null
  if (first !== null) return queryString([[`${name}__gte`, String(first)]])
  const keys = rows.flatMap((row) => {
    const key = row.get(name) ?? null
    return key === null || key instanceof Uint8Array ? [] : [key]
  })
  const list = writeExactJson(keys, 0)
  return keys.length === rows.length && list.length < MOST_KEY_CHARACTERS
    ? queryString([[`${name}__in`, list]])
    : null
}

const MOST_KEY_CHARACTERS = 1000

/** The column that SQLite numbers; null where it numbers none. */
function numberedBy(table: Table): string | null {
  return isRowNumber(rowKeyOf(table)) ? (keyNames(table)[0] ?? null) : null
}

type Posted = { readonly text: string; readonly onConflict: OnConflict }

/** Reads what was pasted as the JSON API reads a body, so that the same rules hold. */
async function requestOf(
  deps: FeatureDeps,
  params: RouteParams,
  { text, onConflict }: Posted,
): Promise<Result<{ readonly request: InsertRequest; readonly format: PasteFormat }, readonly string[]>> {
  const { database, table } = requireFormTable(deps, params)
  const pasted = parsePastedRows(text)
  if (!pasted.ok) return fail([pasted.error])
  const unknown = unknownColumns(pasted.value.rows, writableColumns(table))
  if (unknown.length > 0) return fail(unknown)
  const body = { rows: pasted.value.rows, ...(onConflict !== 'fail' && { [onConflict]: true }) }
  const rules = { columns: writableColumns(table), maxRows: deps.settings.max_insert_rows }
  const request = parseInsertRequest(body, rules)
  if (!request.ok) return request
  const checks = await columnChecks(deps, database.name, table)
  const faults = request.value.rows.flatMap((row, place) =>
    Array.from(checks, ([name, check]) => check(row.get(name) ?? null))
      .filter((fault) => fault !== null)
      .map((fault) => `Row ${place + 1}, ${fault}.`),
  )
  return faults.length > 0 ? fail(faults) : ok({ request: request.value, format: pasted.value.format })
}

/** Names each column once that the table does not have, with the rows (from 1) that do. */
function unknownColumns(rows: readonly ExactObject[], columns: ReadonlySet<string>): readonly string[] {
  const found = new Map<string, number[]>()
  for (const [place, row] of rows.entries()) {
    for (const name of Object.keys(row).filter((one) => !columns.has(one))) {
      found.set(name, [...(found.get(name) ?? []), place + 1])
    }
  }
  return Array.from(found, ([name, places]) => {
    const where = places.length === rows.length ? 'every row has it' : `${rowsInWords(places)} it`
    return `The table has no column ${name}, and ${where}.`
  })
}

function rowsInWords(places: readonly number[]): string {
  const shown = places.slice(0, MOST_PLACES).join(', ')
  const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : ''
  return places.length === 1 ? `row ${shown} has` : `rows ${shown}${more} have`
}

/** Rows that are named one by one. */
const MOST_PLACES = 5

/** What may happen to rows whose key is there: to replace them is to change them. */
function choicesOf(deps: FeatureDeps, c: AppContext, params: RouteParams): readonly OnConflict[] {
  const { database, table } = requireFormTable(deps, params)
  const resource = tableResource(database.name, table.name)
  const mayUpdate = deps.permissions.allows(c.get('actor'), 'update-row', resource)
  return ['fail', 'ignore', ...(mayUpdate ? (['replace'] as const) : [])]
}

async function preview(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  posted: Posted,
  request: InsertRequest,
  format: PasteFormat,
): Promise<Response> {
  const { database, table } = requireFormTable(deps, params)
  const fields = await formFields(deps, c, database, table)
  return deps.page(c, {
    title: `Insert rows: ${table.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    body: (
      <PreviewPage
        table={table.name}
        action={deps.urls.path(insertRowsPath(database.name, table.name))}
        format={format}
        rows={request.rows}
        maxBytes={deps.settings.max_post_body_bytes}
        doubts={doubtsAboutRows(fields, request.rows)}
        cancelPath={tableOrHome(deps, c, database, table)}
        numbered={numberedBy(table)}
        {...posted}
      />
    ),
  })
}

async function show(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  state: Pick<PastePageProps, 'text' | 'onConflict' | 'faults'>,
  status: HttpError['status'] = 400,
): Promise<Response> {
  const { database, table } = requireFormTable(deps, params)
  const fields = await formFields(deps, c, database, table)
  return deps.page(c, {
    title: `Insert rows: ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    status: state.faults.length === 0 ? 200 : status,
    body: (
      <PastePage
        table={table.name}
        action={deps.urls.path(insertRowsPath(database.name, table.name))}
        cancelPath={tableOrHome(deps, c, database, table)}
        columns={fields.map(({ column }) => column)}
        maxRows={deps.settings.max_insert_rows}
        maxBytes={deps.settings.max_post_body_bytes}
        choices={choicesOf(deps, c, params)}
        {...state}
      />
    ),
  })
}
