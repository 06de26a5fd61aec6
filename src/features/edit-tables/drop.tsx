import { readForm } from '../../http/body.ts'
import type { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databasePath, dropTablePath, tablePath } from '../links.ts'
import { countRows } from '../write/tables/count-rows.ts'
import { dropTable } from '../write/tables/drop-table.ts'
import { attempt } from './attempt.ts'
import { DropPage } from './drop-page.tsx'
import { requireEditableTable } from './editable-table.ts'
import { whatNamesIt } from './what-names-it.ts'

/** `/:database/:table/-/drop-table`: deletes a table by hand, after its name was written. */
export function dropTableRoutes(deps: FeatureDeps): readonly Route[] {
  const path = '/:database/:table/-/drop-table'
  const allow = { who: 'permitted', action: 'drop-table' } as const
  return [
    { method: 'GET', path, allow, handle: (c, params) => ask(deps, c, params, {}) },
    {
      method: 'POST',
      path,
      allow,
      handle: async (c, params) => {
        const { database, table } = requireEditableTable(deps, c, params)
        const typed = (await readForm(c.req.raw, deps.settings.max_post_body_bytes)).get('table') ?? ''
        if (typed.trim() !== table.name) {
          return ask(deps, c, params, { typed, error: 'This is not the name of the table' })
        }
        const dropped = await attempt(() => dropTable(deps, c, database, table))
        if (!dropped.ok) return ask(deps, c, params, { typed, refusal: dropped.error })
        deps.say(c, { text: `Dropped the table ${table.name}`, kind: 'info' })
        return c.redirect(deps.urls.path(databasePath(database.name)), 303)
      },
    },
  ]
}

type Answered = {
  /** What was written in place of the name. */
  readonly typed?: string
  readonly error?: string
  /** What the write API said. */
  readonly refusal?: HttpError
}

async function ask(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  { typed = '', error, refusal }: Answered,
): Promise<Response> {
  const { urls, settings } = deps
  const { database, table } = requireEditableTable(deps, c, params)
  const actor = c.get('actor')
  return deps.page(c, {
    title: `${database.name}: drop ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, actor, database.name, table.name),
    headers: returnPageHeaders(),
    status: refusal?.status ?? (error === undefined ? 200 : 400),
    body: (
      <DropPage
        action={urls.path(dropTablePath(database.name, table.name))}
        cancelPath={urls.path(tablePath(database.name, table.name))}
        table={table.name}
        rowCount={await countRows(database, table, settings.sql_time_limit_ms)}
        dependants={whatNamesIt(deps, actor, database, table)}
        typed={typed}
        error={error ?? null}
        problem={refusal?.message ?? null}
      />
    ),
  })
}
