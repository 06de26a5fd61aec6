import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { isJsonObject, type JsonObject } from '../../http/json.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import type { SavedQuery } from '../../saved-queries/saved-query.ts'
import { challengeHeaders } from '../challenge.ts'
import { completionPath } from '../completion-path.ts'
import { crumbsTo } from '../crumbs.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { databasePath, storedQueryPath } from '../links.ts'
import { findStoredQuery } from '../stored-queries.ts'
import { storedQueryJson } from '../stored-query-json.ts'
import { unknownKeys } from '../json/body-options.ts'
import { field, readBody } from './body.ts'
import { CONTENT_KEYS, requireContent } from './content.ts'
import { DeleteQueryPage, SaveQueryPage } from './pages.tsx'

/** `GET /:database/:query/-/edit`: a form to change a saved query. */
export const editPageHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, saved } = requireSaved(deps, params, 'edited')
    const { sql, title, description, is_private: isPrivate } = saved.content
    const form = {
      sql,
      title: title ?? '',
      description: description ?? '',
      is_private: isPrivate ? '1' : '0',
    }
    return answerForm(deps, c, database, saved, form, null)
  }

/** `POST /:database/:query/-/edit`: changes a saved query, from the form. */
export const editHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, saved } = requireSaved(deps, params, 'edited')
    const body = await readBody(c, deps)
    if (!isJsonObject(body.value)) throw new HttpError(400, 'Invalid form submission')
    const form = body.value
    try {
      const sent = Object.fromEntries(
        ['sql', 'title', 'description', 'is_private']
          .filter((key) => Object.hasOwn(form, key))
          .map((key) => [key, form[key] ?? null]),
      )
      await change(deps, c, database, saved, sent)
      deps.say(c, { text: 'Query updated', kind: 'info' })
      return c.redirect(deps.urls.path(storedQueryPath(database.name, saved.name)), 302)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      return answerForm(deps, c, database, saved, form, error)
    }
  }

/** `POST /:database/:query/-/update`: changes a saved query, from a program (host.md §9.9). */
export const updateQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, saved } = requireSaved(deps, params, 'updated using the API')
    const body = await readBody(c, deps)
    if (!isJsonObject(body.value)) throw new HttpError(400, 'JSON must be a dictionary')
    const unknown = unknownKeys(body.value, ['update', 'return'])
    if (unknown.length > 0) throw new HttpError(400, `Invalid keys: ${unknown.join(', ')}`)
    const { update } = body.value
    if (!isJsonObject(update)) throw new HttpError(400, 'JSON must contain an update dictionary')
    await change(deps, c, database, saved, update)
    const stored = body.value['return'] ? deps.config.query(database.name, saved.name) : null
    const document = {
      ok: true,
      ...(stored !== null && { query: storedQueryJson(database.name, stored) }),
    }
    return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
  }

/** `GET /:database/:query/-/delete`: asks once more. */
export const deletePageHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, saved } = requireSaved(deps, params, 'deleted using the API')
    const path = deps.urls.path(storedQueryPath(database.name, saved.name))
    return deps.page(c, {
      title: `${database.name}: delete a query`,
      width: 'narrow',
      crumbs: crumbsTo(deps, c.get('actor'), database.name),
      headers: dataHeaders(c),
      body: (
        <DeleteQueryPage
          title={saved.content.title ?? saved.name}
          action={`${path}/-/delete`}
          cancelPath={path}
        />
      ),
    })
  }

/** `POST /:database/:query/-/delete`: deletes a saved query (host.md §9.9). */
export const deleteQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, saved } = requireSaved(deps, params, 'deleted using the API')
    const body = await readBody(c, deps)
    if (await deps.savedQueries.remove(database.name, saved.name, deps.clock.now())) {
      await deps.trackEvents(c, [{ name: 'delete-query', database: database.name, query: saved.name }])
    }
    if (body.kind === 'json') return jsonAnswer(c, [JSON.stringify({ ok: true })], dataHeaders(c))
    deps.say(c, { text: `Query “${saved.content.title ?? saved.name}” deleted`, kind: 'info' })
    return c.redirect(deps.urls.path(databasePath(database.name)), 302)
  }

/** The saved query at an address; a 404 where there is none, a 403 for one that the configuration has. */
function requireSaved(
  deps: FeatureDeps,
  params: RouteParams,
  done: string,
): { readonly database: Database; readonly saved: SavedQuery } {
  const { query: name = '' } = params
  const database = requireDatabase(deps.databases, params['database'])
  const stored = findStoredQuery(deps, database, name)
  if (stored === null) throw new HttpError(404, `Query not found: ${name}`)
  const saved = deps.savedQueries.find(database.name, name)
  if (stored.is_trusted || saved === null) throw new HttpError(403, `Trusted queries cannot be ${done}`)
  return { database, saved }
}

async function change(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  saved: SavedQuery,
  update: JsonObject,
): Promise<void> {
  const actor = c.get('actor')
  const unknown = Object.keys(update).filter((key) => !CONTENT_KEYS.includes(key))
  if (unknown.length > 0) throw new HttpError(400, `Invalid keys: ${unknown.sort().join(', ')}`)
  const changesSql = Object.hasOwn(update, 'sql') && update['sql'] !== saved.content.sql
  const resource = databaseResource(database.name)
  if (changesSql && !deps.permissions.allows(actor, 'execute-sql', resource)) {
    throw new HttpError(403, 'Permission denied: need execute-sql', {
      headers: challengeHeaders(deps.permissions, actor, ['execute-sql'], resource),
    })
  }
  const content = await requireContent({ deps, actor, database }, update, saved.content)
  if (content.is_private && saved.owner === null) {
    throw new HttpError(400, 'This query is nobody’s: nobody could see it if it were private')
  }
  if (!(await deps.savedQueries.update(saved, content, deps.clock.now()))) {
    throw new HttpError(409, 'Somebody else changed this meanwhile. Nothing was done; try again.')
  }
  await deps.trackEvents(c, [{ name: 'update-query', database: database.name, query: saved.name }])
}

function answerForm(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  saved: SavedQuery,
  form: JsonObject,
  refusal: HttpError | null,
): Promise<Response> {
  const path = deps.urls.path(storedQueryPath(database.name, saved.name))
  return deps.page(c, {
    title: `${database.name}: change a query`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name),
    status: refusal?.status ?? 200,
    headers: dataHeaders(c),
    body: (
      <SaveQueryPage
        heading={`Change “${saved.content.title ?? saved.name}”`}
        action={`${path}/-/edit`}
        columnsPath={completionPath(deps, c.get('actor'), database.name)}
        values={{
          name: null,
          sql: field(form, 'sql'),
          title: field(form, 'title'),
          description: field(form, 'description'),
          is_private: field(form, 'is_private'),
        }}
        mayBePrivate={saved.owner !== null}
        error={refusal?.message ?? null}
        button="Save the changes"
        cancelPath={path}
      />
    ),
  })
}
