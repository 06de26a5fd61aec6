import { personIdOf } from '../../auth/person-id.ts'
import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { isJsonObject, type JsonObject } from '../../http/json.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import type { SavedQuery } from '../../saved-queries/saved-query.ts'
import { completionPath } from '../completion-path.ts'
import { crumbsTo } from '../crumbs.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps, StoredQuery } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { storedQueryPath, storeQueryPath } from '../links.ts'
import { storedQueryJson } from '../stored-query-json.ts'
import { UNSTABLE } from '../unstable.ts'
import { refusalJson } from '../json/json-errors.ts'
import { field, readBody } from './body.ts'
import { CONTENT_KEYS, requireContent } from './content.ts'
import { SaveQueryPage } from './pages.tsx'

/** `GET /:database/-/queries/store?sql=`: a form to save a query (host.md §9.9). */
export const storePageHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const sql = parametersOf(c).get('sql') ?? ''
    const is_private = personIdOf(c.get('actor')) === null ? '0' : '1'
    return answerForm(deps, c, database, { sql, is_private }, null)
  }

/** `POST /:database/-/queries/store`: saves a query (host.md §9.9). */
export const storeHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const body = await readBody(c, deps)
    if (body.kind === 'form') {
      try {
        const query = await store(deps, c, database, body.value)
        deps.say(c, { text: 'Query saved', kind: 'info' })
        return c.redirect(deps.urls.path(storedQueryPath(database.name, query.name)), 302)
      } catch (error) {
        if (!(error instanceof HttpError)) throw error
        return answerForm(deps, c, database, body.value, error)
      }
    }
    try {
      if (!isJsonObject(body.value)) throw new HttpError(400, 'JSON must be a dictionary')
      const { query: data } = body.value
      if (!isJsonObject(data)) throw new HttpError(400, 'JSON must contain a query dictionary')
      const query = await store(deps, c, database, data)
      const document = { ok: true, unstable: UNSTABLE, query: storedQueryJson(database.name, query) }
      return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c), 201)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      return refusalJson(c, error)
    }
  }

async function store(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  data: JsonObject,
): Promise<StoredQuery> {
  const actor = c.get('actor')
  const unknown = Object.keys(data).filter((key) => !['name', 'mode', ...CONTENT_KEYS].includes(key))
  if (unknown.length > 0) throw new HttpError(400, `Invalid keys: ${unknown.sort().join(', ')}`)
  const name = requireName(deps, database, data['name'])
  const content = await requireContent({ deps, actor, database }, data, null)
  const owner = personIdOf(actor)
  if (owner === null && content.is_private) {
    throw new HttpError(400, 'Sign in to save a private query: nobody else could see it')
  }
  const query: SavedQuery = { database: database.name, name, owner, content }
  const isNew = await deps.savedQueries.add(query, deps.clock.now())
  const stored = deps.config.query(database.name, name)
  if (!isNew || stored === null) throw new HttpError(400, 'Query already exists')
  await deps.trackEvents(c, [{ name: 'store-query', database: database.name, query: name }])
  return stored
}

const MAX_NAME_CHARACTERS = 200

function requireName({ config }: FeatureDeps, database: Database, name: unknown): string {
  if (typeof name !== 'string' || name === '') throw new HttpError(400, 'Query name is required')
  // `-` alone is where the server's own pages stand.
  const isFit = /^[^/.\n]+$/u.test(name) && name !== '-' && name.isWellFormed() && !name.includes('\0')
  if (!isFit || name.length > MAX_NAME_CHARACTERS) throw new HttpError(400, 'Invalid query name')
  if (database.schema().table(name) !== null) {
    throw new HttpError(400, 'Query name conflicts with a table or view')
  }
  if (config.query(database.name, name) !== null) throw new HttpError(400, 'Query already exists')
  return name
}

function answerForm(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  form: JsonObject,
  refusal: HttpError | null,
): Promise<Response> {
  return deps.page(c, {
    title: `${database.name}: save a query`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name),
    status: refusal?.status ?? 200,
    headers: dataHeaders(c),
    body: (
      <SaveQueryPage
        heading="Save a query"
        action={deps.urls.path(storeQueryPath(database.name))}
        columnsPath={completionPath(deps, c.get('actor'), database.name)}
        values={{
          name: field(form, 'name'),
          sql: field(form, 'sql'),
          title: field(form, 'title'),
          description: field(form, 'description'),
          is_private: Object.hasOwn(form, 'is_private') ? field(form, 'is_private') : '1',
        }}
        mayBePrivate={personIdOf(c.get('actor')) !== null}
        error={refusal?.message ?? null}
        button="Save the query"
      />
    ),
  })
}
