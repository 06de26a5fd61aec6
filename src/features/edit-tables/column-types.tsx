import type { Database, Table } from '../../database/database.ts'
import { readForm } from '../../http/body.ts'
import { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { columnTypesPath, tablePath } from '../links.ts'
import { sqliteTypeOf } from '../write/column-types/column-types.ts'
import { setColumnType } from '../write/column-types/set-column-type.ts'
import { attempt } from './attempt.ts'
import { ColumnTypesPage, NO_TYPE } from './column-types-page.tsx'
import { requireSeen } from './editable-table.ts'

/** `/:database/:table/-/column-types`: says by hand what the text columns of a table hold (host.md §10.7). */
export function columnTypesRoutes(deps: FeatureDeps): readonly Route[] {
  const path = '/:database/:table/-/column-types'
  const allow = { who: 'permitted', action: 'set-column-type' } as const
  return [
    {
      method: 'GET',
      path,
      allow,
      handle: (c, params) => showForm(deps, c, requirePlace(deps, c, params), null),
    },
    { method: 'POST', path, allow, handle: (c, params) => answerForm(deps, c, params) },
  ]
}

type Place = { readonly database: Database; readonly table: Table }

/** It changes nothing in the database, so views and databases that never change have such a page too. */
function requirePlace(deps: FeatureDeps, c: AppContext, params: RouteParams): Place {
  const database = requireDatabase(deps.databases, params['database'])
  const table = requireTable(database, params['table'])
  requireSeen(deps, c, database, table)
  return { database, table }
}

async function answerForm(deps: FeatureDeps, c: AppContext, params: RouteParams): Promise<Response> {
  const place = requirePlace(deps, c, params)
  const { database, table } = place
  const fields = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
  const changed = (await typedColumns(deps, place)).flatMap(({ name, field, type }) => {
    const wanted = fields.get(field) ?? type
    return wanted === type
      ? []
      : [{ column: name, column_type: wanted === NO_TYPE ? null : { type: wanted } }]
  })
  if (changed.length === 0) return showForm(deps, c, place, new HttpError(400, 'Nothing is different yet'))
  for (const body of changed) {
    const set = await attempt(() => setColumnType(deps, c, database, table, body))
    if (!set.ok) return showForm(deps, c, place, set.error)
  }
  deps.say(c, { text: `Set the types of ${changed.map(({ column }) => column).join(', ')}`, kind: 'info' })
  return c.redirect(deps.urls.path(tablePath(database.name, table.name)), 303)
}

async function showForm(
  deps: FeatureDeps,
  c: AppContext,
  place: Place,
  refusal: HttpError | null,
): Promise<Response> {
  const { database, table } = place
  return deps.page(c, {
    title: `${database.name}: columns of ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    status: refusal?.status ?? 200,
    body: (
      <ColumnTypesPage
        action={deps.urls.path(columnTypesPath(database.name, table.name))}
        cancelPath={deps.urls.path(tablePath(database.name, table.name))}
        table={table.name}
        columns={await typedColumns(deps, place)}
        others={table.columns.filter((column) => sqliteTypeOf(column) !== 'TEXT')}
        problem={refusal?.message ?? null}
      />
    ),
  })
}

/** The columns that can have a type, with the one that each has. */
async function typedColumns({ columnTypes }: FeatureDeps, { database, table }: Place) {
  const types = await columnTypes.of(database.name, table.name)
  return table.columns
    .map((column, place) => ({ column, field: `column.${place}` }))
    .filter(({ column }) => sqliteTypeOf(column) === 'TEXT')
    .map(({ column: { name }, field }) => ({ name, field, type: types.get(name)?.type ?? NO_TYPE }))
}
