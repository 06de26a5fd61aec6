import { returnPageHeaders } from '../../http/security-headers.ts'
import { formatRowKey } from '../../http/tilde.ts'
import { readFormData } from '../../http/body.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { insertRowPath, insertRowsPath, rowPath } from '../links.ts'
import { maySeeTable } from '../visible-tables.ts'
import type { NewRow } from '../write/values/cell-value.ts'
import { insertPlan } from '../write/rows/insert-plan.ts'
import { mayDeleteRows } from '../write/permitted/may-delete-rows.ts'
import { permittedWrite } from '../write/permitted/permitted-write.ts'
import { sayOfRow } from '../write/rows/row-message.ts'
import { rowsInserted } from '../write/rows/rows-inserted.ts'
import { requireWritableTable } from '../write/permitted/writable-table.ts'
import { RowFormPage } from './form-page.tsx'
import { computedColumns, formFields } from './form-field.ts'
import { addressKey, tableOrHome } from './form-table.ts'
import { postedStates, postedValues, type FieldStates } from './posted-row.ts'
import { shownFields } from './shown-fields.ts'
import { NO_FAULTS, type Faults } from './sqlite-faults.ts'
import { problemOf, writeFaults } from './write-faults.ts'

/** `GET /:database/:table/-/insert-row`: the form for a new row. */
export const insertRowPage =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> =>
    show(deps, c, params, new Map(), NO_FAULTS)

/** `POST /:database/:table/-/insert-row`: adds the row and leads to it, or shows the form again with what is wrong. */
export const insertRow =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, table } = requireWritableTable(deps.databases, params)
    const form = await readFormData(c.req.raw, deps.settings.max_post_body_bytes)
    const fields = await formFields(deps, c, database, table)
    const states = await postedStates(form, fields)
    const values = postedValues(fields, states, () => null)
    if (!values.ok) return show(deps, c, params, states, { fields: values.error, form: null })

    const row: NewRow = values.value
    // SQLite returns nothing from a virtual table.
    const returnsRows = !/^create virtual/i.test(table.sql)
    const mayDelete = mayDeleteRows(deps.permissions, c.get('actor'), database.name, table.name)
    const plan = insertPlan(table, { rows: [row], returnsRows, onConflict: 'fail' }, mayDelete)
    const inserted = rowsInserted(database.name, table.name, 1, 'fail')
    const written = await permittedWrite(deps, c, database, {
      statements: plan.inserts,
      may: [{ operation: 'insert', table: table.name }],
      does: [inserted],
    })
    if (!written.ok) {
      return show(deps, c, params, states, writeFaults(deps, c, { database, table }, row, written.error))
    }
    await deps.trackEvents(c, [inserted])
    const stored = written.value.results[0]?.rows[0] ?? null
    const key = stored === null ? null : addressKey(table, stored)
    if (key === null) deps.say(c, { text: `Inserted a row into ${table.name}`, kind: 'info' })
    else sayOfRow(deps, c, 'Inserted', { database, table, segment: formatRowKey(key), row: stored })
    return c.redirect(nextPath(deps, c, params, key), 303)
  }

/** The new row; for who may not see it, the form again. */
function nextPath(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  key: readonly string[] | null,
): string {
  const { database, table } = requireWritableTable(deps.databases, params)
  if (!maySeeTable(deps.permissions, c.get('actor'), database, table.name)) {
    return deps.urls.path(insertRowPath(database.name, table.name))
  }
  if (key === null) return tableOrHome(deps, c, database, table)
  return deps.urls.path(rowPath(database.name, table.name, key))
}

async function show(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  states: FieldStates,
  faults: Faults,
): Promise<Response> {
  const { database, table } = requireWritableTable(deps.databases, params)
  const isRefused = faults !== NO_FAULTS
  const shown = await shownFields(deps, c, {
    database,
    table,
    fields: await formFields(deps, c, database, table),
    row: null,
    states,
    faults: faults.fields,
    changed: new Set(),
  })

  return deps.page(c, {
    title: `Insert row: ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    status: isRefused ? (faults.status ?? 400) : 200,
    body: (
      <RowFormPage
        heading={
          <>
            Insert a row into <bdi>{table.name}</bdi>
          </>
        }
        action={deps.urls.path(insertRowPath(database.name, table.name))}
        submit="Insert row"
        cancelPath={tableOrHome(deps, c, database, table)}
        fields={shown}
        computed={computedColumns(table)}
        maxBytes={deps.settings.max_post_body_bytes}
        problem={isRefused ? problemOf(faults) : null}
      >
        <p class="fine-print">
          Several rows? <a href={deps.urls.path(insertRowsPath(database.name, table.name))}>Paste them</a>.
        </p>
      </RowFormPage>
    ),
  })
}
