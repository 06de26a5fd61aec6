import { isRowNumber, keyNames, rowKeyOf } from '../../database/row-key.ts'
import { readForm } from '../../http/body.ts'
import type { HttpError } from '../../http/http-error.ts'
import { formPageHeaders } from '../../http/security-headers.ts'
import { tableResource } from '../../permissions/action.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { insertRowsPath } from '../links.ts'
import { writableColumns } from '../write/added-columns.ts'
import { columnTypeFaults } from '../write/column-types.ts'
import { insertPlan } from '../write/insert-plan.ts'
import { parseInsertRequest, type InsertRequest } from '../write/insert-request.ts'
import { trackDoubt } from '../write/track-doubt.ts'
import { permittedWrite } from '../write/permitted-write.ts'
import { rowsInserted } from '../write/rows-inserted.ts'
import { requireWritableTable } from '../write/writable-table.ts'
import { UnknownOutcome, writeRefusal } from '../write/write-refusal.ts'
import { formFields } from './form-field.ts'
import { tableOrHome } from './form-table.ts'
import { PastePage, PreviewPage, type OnConflict, type PastePageProps } from './paste-page.tsx'
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
    const { database, table } = requireWritableTable(deps.databases, params)
    const form = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
    const text = form.get('rows') ?? ''
    const asked = form.get('on_conflict')
    const onConflict = choicesOf(deps, c, params).find((choice) => choice === asked) ?? 'fail'
    const posted = { text, onConflict }
    const pasted = await requestOf(deps, params, posted)
    if (!pasted.ok) return show(deps, c, params, { ...posted, faults: pasted.error })
    const { request, format } = pasted.value
    if (form.get('step') !== 'insert') return preview(deps, c, params, posted, request, format)

    const plan = insertPlan(table, request)
    const written = await permittedWrite(deps.permissions, c.get('actor'), database, {
      statements: plan.inserts,
      may: [{ operation: 'insert', table: table.name }],
      timeLimitMs: deps.settings.sql_time_limit_ms,
      signal: c.req.raw.signal,
    })
    const inserted = rowsInserted(database.name, table.name, request.rows.length, request.onConflict)
    if (!written.ok) {
      await trackDoubt(deps, c, written.error, [inserted])
      const refusal = writeRefusal(written.error)
      const { message, status } = refusal
      const fault = refusal instanceof UnknownOutcome ? message : `Nothing was inserted. ${message}`
      return show(deps, c, params, { ...posted, faults: [fault] }, status)
    }
    await deps.trackEvents(c, [inserted])
    const count = request.rows.length
    const rows = count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`
    const skips = onConflict === 'ignore' ? ', without those whose key was there' : ''
    deps.say(c, { text: `Inserted ${rows} into ${table.name}${skips}`, kind: 'info' })
    return c.redirect(tableOrHome(deps, c, database, table), 303)
  }

type Posted = { readonly text: string; readonly onConflict: OnConflict }

/** Reads what was pasted as the JSON API reads a body, so that the same rules hold. */
async function requestOf(
  deps: FeatureDeps,
  params: RouteParams,
  { text, onConflict }: Posted,
): Promise<Result<{ readonly request: InsertRequest; readonly format: PasteFormat }, readonly string[]>> {
  const { database, table } = requireWritableTable(deps.databases, params)
  const pasted = parsePastedRows(text)
  if (!pasted.ok) return fail([pasted.error])
  const body = { rows: pasted.value.rows, ...(onConflict !== 'fail' && { [onConflict]: true }) }
  const rules = { columns: writableColumns(table), maxRows: deps.settings.max_insert_rows }
  const request = parseInsertRequest(body, rules)
  if (!request.ok) return request
  const faults = await columnTypeFaults(deps, database.name, table, request.value.rows)
  return faults.length > 0 ? fail(faults) : ok({ request: request.value, format: pasted.value.format })
}

/** What may happen to rows whose key is there: to replace them is to change them. */
function choicesOf(deps: FeatureDeps, c: AppContext, params: RouteParams): readonly OnConflict[] {
  const { database, table } = requireWritableTable(deps.databases, params)
  const resource = tableResource(database.name, table.name)
  const mayUpdate = deps.permissions.allows(c.get('actor'), 'update-row', resource)
  return ['fail', 'ignore', ...(mayUpdate ? (['replace'] as const) : [])]
}

function preview(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  posted: Posted,
  request: InsertRequest,
  format: PasteFormat,
): Promise<Response> {
  const { database, table } = requireWritableTable(deps.databases, params)
  const key = rowKeyOf(table)
  return deps.page(c, {
    title: `Insert rows: ${table.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: formPageHeaders(),
    body: (
      <PreviewPage
        table={table.name}
        action={deps.urls.path(insertRowsPath(database.name, table.name))}
        format={format}
        rows={request.rows}
        cancelPath={tableOrHome(deps, c, database, table)}
        numbered={isRowNumber(key) ? (keyNames(table)[0] ?? null) : null}
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
  const { database, table } = requireWritableTable(deps.databases, params)
  const fields = await formFields(deps, database.name, table)
  return deps.page(c, {
    title: `Insert rows: ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: formPageHeaders(),
    status: state.faults.length === 0 ? 200 : status,
    body: (
      <PastePage
        table={table.name}
        action={deps.urls.path(insertRowsPath(database.name, table.name))}
        cancelPath={tableOrHome(deps, c, database, table)}
        columns={fields.map(({ column }) => column)}
        maxRows={deps.settings.max_insert_rows}
        choices={choicesOf(deps, c, params)}
        {...state}
      />
    ),
  })
}
