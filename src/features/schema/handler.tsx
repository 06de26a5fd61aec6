import type { JsonObject } from '../../http/json.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import type { Crumb } from '../../ui/layout.tsx'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { byName } from '../listing.ts'
import { SchemaPage, type ShownSchema } from './page.tsx'
import { schemaSql } from './schema-sql.ts'

type Found = {
  readonly title: string
  readonly json: JsonObject
  readonly shown: readonly ShownSchema[]
  readonly crumbs: readonly Crumb[]
}

/** `GET /-/schema`: every database that this reader may see. */
export function instanceSchemaHandler(deps: FeatureDeps, isMarkdown: boolean): Route['handle'] {
  return (c, params) => {
    const actor = c.get('actor')
    const visible = deps.databases.list
      .filter(({ name }) => deps.permissions.allows(actor, 'view-database', databaseResource(name)))
      .toSorted((a, b) => byName(a.name, b.name))
      .map((database) => ({ database: database.name, schema: schemaSql(deps, actor, database) }))
    return answer(deps, c, params, isMarkdown, {
      title: 'Schema',
      json: { ok: true, schemas: visible },
      shown: visible.map(({ database, schema }) => ({ title: database, sql: schema })),
      crumbs: [],
    })
  }
}

/** `GET /:database/-/schema`: the tables and views of a database that this reader may see. */
export function databaseSchemaHandler(deps: FeatureDeps, isMarkdown: boolean): Route['handle'] {
  return (c, params) => {
    const database = requireDatabase(deps.databases, params['database'])
    const schema = schemaSql(deps, c.get('actor'), database)
    return answer(deps, c, params, isMarkdown, {
      title: `Schema of ${database.name}`,
      json: { ok: true, database: database.name, schema },
      shown: [{ title: database.name, sql: schema }],
      crumbs: crumbsTo(deps, c.get('actor'), database.name),
    })
  }
}

/** `GET /:database/:table/-/schema`: one table or view. */
export function tableSchemaHandler(deps: FeatureDeps, isMarkdown: boolean): Route['handle'] {
  return (c, params) => {
    const database = requireDatabase(deps.databases, params['database'])
    const table = requireTable(database, params['table'])
    return answer(deps, c, params, isMarkdown, {
      title: `Schema of ${table.name}`,
      json: { ok: true, database: database.name, table: table.name, schema: table.sql },
      shown: [{ title: `${database.name}: ${table.name}`, sql: table.sql }],
      crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    })
  }
}

function answer(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  isMarkdown: boolean,
  { title, json, shown, crumbs }: Found,
): Response | Promise<Response> {
  const headers = dataHeaders(c)
  if (params['format'] === 'json') return jsonAnswer(c, [JSON.stringify(json)], headers)
  if (isMarkdown) {
    return c.body(shown.map(markdown).join('\n\n'), 200, {
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
    })
  }
  const jsonPath = `${deps.urls.pathOf(c.req.raw)}.json`
  return deps.page(c, {
    title,
    width: 'wide',
    headers: { ...headers, ...alternateLink(deps.urls.absolute(c.req.raw, jsonPath)) },
    crumbs,
    body: <SchemaPage title={title} shown={shown} jsonPath={deps.urls.path(jsonPath)} />,
  })
}

/** A fence that is longer than any run of backticks inside ends where it should. */
function markdown({ title, sql }: ShownSchema): string {
  const longest = Math.max(2, ...(sql.match(/`+/gu) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `# Schema for ${title}\n\n${fence}sql\n${sql}\n${fence}`
}
