import type { Actor } from '../../auth/actor.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databasePath, storedQueryPath, tablePath } from '../links.ts'
import { byName } from '../listing.ts'
import { queriesFor } from '../stored-queries.ts'
import { holdsWords } from '../words-in-name.ts'
import { debugPages, type ServerPage } from './server-pages.ts'
import { visibleTables } from '../visible-tables.ts'

/** Most places that one answer names (host.md §6). */
export const MOST_PLACES = 100

/** What finding places needs besides. */
export type JumpDeps = FeatureDeps & {
  /** What the account menu leads to for somebody. Paths are without the base URL. */
  readonly accountLinks: (
    actor: Actor | null,
  ) => Promise<readonly { readonly label: string; readonly path: string }[]>
}

/** Somewhere to go. Keys are those of the wire (host.md §9.12). */
export type JumpPlace = {
  readonly name: string
  readonly url: string
  readonly type: 'database' | 'table' | 'view' | 'query' | 'menu' | 'debug'
  readonly description: string | null
  /** What people call it, where that is not its name. */
  readonly display_name?: string
}

/**
 * The places that this reader may see and whose names hold these words in this order: data first, the shortest names first. Hidden
 * tables are among them: who looks for one by name knows of it. Pages of the server itself are found by words alone.
 */
export async function jumpPlaces(
  deps: JumpDeps,
  actor: Actor | null,
  words: string,
): Promise<readonly JumpPlace[]> {
  const data = dataPlaces(deps, actor, holdsWords(words))
  return words.trim() === '' ? data : [...data, ...(await serverPlaces(deps, actor, holdsWords(words)))]
}

function dataPlaces(
  deps: FeatureDeps,
  actor: Actor | null,
  fits: (name: string) => boolean,
): readonly JumpPlace[] {
  const { databases, permissions, urls } = deps
  const places: JumpPlace[] = []
  const add = (type: JumpPlace['type'], name: string, path: string, title?: string) => {
    if (!fits(name) && (title === undefined || !fits(title))) return
    const displayName = title === undefined ? {} : { display_name: title }
    places.push({ name, url: urls.path(path), type, description: null, ...displayName })
  }
  for (const database of databases.list) {
    const { name } = database
    if (permissions.allows(actor, 'view-database', databaseResource(name))) {
      add('database', name, databasePath(name))
    }
    const maySee = visibleTables(permissions, actor, database)
    const { tables, views } = database.schema()
    for (const table of tables) {
      if (maySee(table.name)) add('table', `${name}: ${table.name}`, tablePath(name, table.name))
    }
    for (const view of views) if (maySee(view)) add('view', `${name}: ${view}`, tablePath(name, view))
    for (const { query } of queriesFor(deps, actor, database)) {
      add('query', `${name}: ${query.name}`, storedQueryPath(name, query.name), query.title)
    }
  }
  return places.sort((a, b) => a.name.length - b.name.length || byName(a.name, b.name))
}

/** The account menu, and the pages for debugging; what they say of themselves is searched as well. */
async function serverPlaces(
  { accountLinks, permissions, urls }: JumpDeps,
  actor: Actor | null,
  fits: (name: string) => boolean,
): Promise<readonly JumpPlace[]> {
  const menu = (await accountLinks(actor)).map(({ label, path }) => ({ label, path, description: null }))
  const place = (type: 'menu' | 'debug') => (page: (typeof menu)[number] | ServerPage) => ({
    name: page.label,
    url: urls.path(page.path),
    type,
    description: page.description,
  })
  return [
    ...menu.filter(({ label }) => fits(label)).map(place('menu')),
    ...debugPages(permissions, actor)
      .filter(({ label, description }) => fits(`debug ${label} ${description}`))
      .map(place('debug')),
  ]
}
