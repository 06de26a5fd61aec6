import type { Database, WriteFailure } from '../../database/database.ts'
import type { SqlValue } from '../../database/values.ts'
import { readForm } from '../../http/body.ts'
import { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import { tableResource } from '../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { createTablePath, databasePath, queryString, tablePath } from '../links.ts'
import { planCreation, runCreation, type Creation } from '../write/tables/create-table.ts'
import { requireMutable } from '../write/permitted/writable-table.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { attempt } from './attempt.ts'
import { EMPTY_COLUMN, type FieldErrors } from './column-form.ts'
import { createBody, NEW_FORM, readCreateForm, type CreateForm } from './create-form.ts'
import { CreatePage, CreatePreview, type CreatePreviewProps } from './create-page.tsx'
import { keptFields, STEP } from './kept-fields.tsx'
import { otherTables } from './other-tables.ts'

/** `/:database/-/create-table`: makes a table by hand, from columns or from pasted rows. */
export function createTableRoutes(deps: FeatureDeps): readonly Route[] {
  const path = '/:database/-/create-table'
  const allow = { who: 'permitted', action: 'create-table' } as const
  return [
    {
      method: 'GET',
      path,
      allow,
      handle: (c, params) => {
        const database = requireChangeable(deps, params)
        const source = parametersOf(c).get('from') === 'rows' ? 'rows' : 'columns'
        return showForm(deps, c, database, { form: { ...NEW_FORM, source } })
      },
    },
    { method: 'POST', path, allow, handle: (c, params) => answerForm(deps, c, params) },
  ]
}

function requireChangeable({ databases }: FeatureDeps, params: RouteParams): Database {
  const database = requireDatabase(databases, params['database'])
  requireMutable(database)
  return database
}

async function answerForm(deps: FeatureDeps, c: AppContext, params: RouteParams): Promise<Response> {
  const database = requireChangeable(deps, params)
  const actor = c.get('actor')
  const fields = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
  const form = readCreateForm(fields)
  const step = fields.get(STEP)
  if (step === 'edit') return showForm(deps, c, database, { form })
  if (step === 'add-column') {
    return showForm(deps, c, database, { form: { ...form, columns: [...form.columns, EMPTY_COLUMN] } })
  }

  const body = createBody(form, otherTables(deps, c, database))
  if (!body.ok) return showForm(deps, c, database, { form, errors: body.error })
  const planned = await attempt(() => planCreation(deps, actor, database, body.value))
  if (!planned.ok) return showForm(deps, c, database, { form, refusal: planned.error })
  if (!planned.value.ok) {
    return showForm(deps, c, database, { form, refusal: new HttpError(400, planned.value.error.join('; ')) })
  }
  const creation = planned.value.value
  if (step !== 'run') {
    return deps.page(c, {
      ...pageFrame(deps, c, database),
      width: 'narrow',
      body: (
        <CreatePreview
          action={deps.urls.path(createTablePath(database.name))}
          table={form.table}
          cancelPath={deps.urls.path(databasePath(database.name))}
          fields={keptFields(fields)}
          sql={creation.statements[0]?.sql ?? ''}
          rows={previewRows(creation)}
        />
      ),
    })
  }

  const made = await attempt(() => runCreation(deps, c, database, creation))
  if (!made.ok) return showForm(deps, c, database, { form, refusal: made.error })
  if (!made.value.ok) {
    return showForm(deps, c, database, { form, refusal: creationRefusal(creation, made.value.error) })
  }
  deps.say(c, { text: `Created the table ${form.table}`, kind: 'info' })
  return c.redirect(deps.urls.path(tablePath(database.name, form.table)), 303)
}

/** The refusal, with the number of the pasted row that it is about, from 1. */
function creationRefusal({ request: { content }, statements }: Creation, failure: WriteFailure): HttpError {
  const refusal = writeRefusal(failure)
  if (content.kind !== 'rows' || failure.reason !== 'sql' || failure.statement === undefined) return refusal
  const row = failure.statement - (statements.length - content.rows.length) + 1
  const isRow = row >= 1 && row <= content.rows.length
  return isRow ? new HttpError(refusal.status, `Row ${row}: ${refusal.message}`) : refusal
}

type FormState = {
  readonly form: CreateForm
  readonly errors?: FieldErrors
  /** What the write API said. */
  readonly refusal?: HttpError
}

function showForm(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  { form, errors = new Map(), refusal }: FormState,
): Promise<Response> {
  const action = deps.urls.path(createTablePath(database.name))
  // No rule names a table without a name: this asks those about every table of the database.
  const mayInsert = deps.permissions.allows(c.get('actor'), 'insert-row', tableResource(database.name, ''))
  return deps.page(c, {
    ...pageFrame(deps, c, database),
    width: 'wide',
    status: refusal?.status ?? (errors.size > 0 ? 400 : 200),
    body: (
      <CreatePage
        action={action}
        paths={{ columns: action, rows: mayInsert ? action + queryString([['from', 'rows']]) : null }}
        cancelPath={deps.urls.path(databasePath(database.name))}
        form={form}
        errors={errors}
        problem={refusal?.message ?? null}
        tables={otherTables(deps, c, database).tables}
      />
    ),
  })
}

function pageFrame(deps: FeatureDeps, c: AppContext, database: Database) {
  return {
    title: `${database.name}: create a table`,
    crumbs: crumbsTo(deps, c.get('actor'), database.name),
    headers: returnPageHeaders(),
  }
}

/** Rows that a preview shows, and characters of a value. */
const FIRST_ROWS = 5
const FIRST_CHARACTERS = 100

function previewRows({ request: { content }, target }: Creation): CreatePreviewProps['rows'] {
  if (content.kind === 'columns' || target.kind === 'found') return null
  const columns = target.table.columns.map(({ name }) => name)
  const first = content.rows.slice(0, FIRST_ROWS)
  return {
    count: content.rows.length,
    columns,
    first: first.map((row) => columns.map((name) => shortText(row.get(name) ?? null))),
  }
}

function shortText(value: SqlValue): string {
  if (value instanceof Uint8Array) return `${value.length.toLocaleString('en')} bytes`
  const text = value === null ? '' : String(value)
  return text.length > FIRST_CHARACTERS ? `${text.slice(0, FIRST_CHARACTERS)}…` : text
}
