import type { Database, Table } from '../../database/database.ts'
import { readForm } from '../../http/body.ts'
import { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterTablePath, tablePath } from '../links.ts'
import { planAlteration, runAlteration } from '../write/tables/alter-table.ts'
import { countRows } from '../write/tables/count-rows.ts'
import { alterFormOf, changesOf, isCurrent, readAlterForm, type AlterForm } from './alter-form.ts'
import { AlterPage, AlterPreview } from './alter-page.tsx'
import { attempt } from './attempt.ts'
import { EMPTY_COLUMN, type FieldErrors } from './column-form.ts'
import { declaredColumns } from './declared-columns.ts'
import { requireEditableTable } from './editable-table.ts'
import { hindrancesOf, type Hindrance } from './hindrances.ts'
import { keptFields, STEP } from './kept-fields.tsx'
import { otherTables } from './other-tables.ts'

/** `/:database/:table/-/alter-table`: changes a table by hand. */
export function alterTableRoutes(deps: FeatureDeps): readonly Route[] {
  const path = '/:database/:table/-/alter-table'
  const allow = { who: 'permitted', action: 'alter-table' } as const
  return [
    {
      method: 'GET',
      path,
      allow,
      handle: (c, params) => {
        const place = requireEditableTable(deps, c, params)
        return showForm(deps, c, place, { form: alterFormOf(place.table) })
      },
    },
    { method: 'POST', path, allow, handle: (c, params) => answerForm(deps, c, params) },
  ]
}

type Place = { readonly database: Database; readonly table: Table }

async function answerForm(deps: FeatureDeps, c: AppContext, params: RouteParams): Promise<Response> {
  const place = requireEditableTable(deps, c, params)
  const { database, table } = place
  const fields = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
  const form = readAlterForm(fields)
  const step = fields.get(STEP)
  if (!isCurrent(form, table)) {
    const changed = new HttpError(409, 'Somebody else changed this table meanwhile. This is how it is now.')
    return showForm(deps, c, place, { form: alterFormOf(table), refusal: changed })
  }
  if (step === 'edit') return showForm(deps, c, place, { form })
  if (step === 'add-column') {
    return showForm(deps, c, place, { form: { ...form, columns: [...form.columns, EMPTY_COLUMN] } })
  }

  const changes = changesOf(table, form, otherTables(deps, c, database))
  if (!changes.ok) return showForm(deps, c, place, { form, errors: changes.error })
  if (changes.value.length === 0) {
    return showForm(deps, c, place, { form, refusal: new HttpError(400, 'Nothing is different yet') })
  }
  const body = { operations: changes.value.map(({ operation }) => operation) }
  const planned = await attempt(() => planAlteration(deps, c.get('actor'), place, body))
  if (!planned.ok) return showForm(deps, c, place, { form, refusal: planned.error })
  if (!planned.value.ok) {
    return showForm(deps, c, place, { form, refusal: new HttpError(400, planned.value.error.join('; ')) })
  }
  const alteration = planned.value.value
  const preview = async (hindrances: readonly Hindrance[], status: 200 | 400) =>
    deps.page(c, {
      ...pageFrame(deps, c, place),
      width: 'narrow',
      status,
      body: (
        <AlterPreview
          action={deps.urls.path(alterTablePath(database.name, table.name))}
          name={table.name}
          cancelPath={deps.urls.path(tablePath(database.name, table.name))}
          fields={keptFields(fields)}
          changes={changes.value}
          sql={alteration.plan.statements.map(({ sql }) => `${sql};`).join('\n')}
          rowCount={await countRows(database, table, deps.settings.sql_time_limit_ms)}
          hindrances={hindrances}
        />
      ),
    })
  if (step !== 'run') return preview(await hindrancesOf(deps, c, place, body.operations), 200)

  const done = await attempt(() => runAlteration(deps, c, alteration))
  if (!done.ok) {
    const hindrances = await hindrancesOf(deps, c, place, body.operations)
    if (hindrances.length > 0) return preview(hindrances, 400)
    return showForm(deps, c, place, { form, refusal: done.error })
  }
  deps.say(c, { text: `Altered the table ${alteration.plan.table}`, kind: 'info' })
  return c.redirect(deps.urls.path(tablePath(database.name, alteration.plan.table)), 303)
}

type FormState = {
  readonly form: AlterForm
  readonly errors?: FieldErrors
  /** What the write API said. */
  readonly refusal?: HttpError
}

function showForm(
  deps: FeatureDeps,
  c: AppContext,
  place: Place,
  { form, errors = new Map(), refusal }: FormState,
): Promise<Response> {
  const { database, table } = place
  return deps.page(c, {
    ...pageFrame(deps, c, place),
    width: 'wide',
    status: refusal?.status ?? (errors.size > 0 ? 400 : 200),
    body: (
      <AlterPage
        action={deps.urls.path(alterTablePath(database.name, table.name))}
        cancelPath={deps.urls.path(tablePath(database.name, table.name))}
        name={table.name}
        form={form}
        errors={errors}
        problem={refusal?.message ?? null}
        declared={declaredColumns(table)}
        tables={otherTables(deps, c, database).tables}
      />
    ),
  })
}

function pageFrame(deps: FeatureDeps, c: AppContext, { database, table }: Place) {
  return {
    title: `${database.name}: alter ${table.name}`,
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
  }
}
