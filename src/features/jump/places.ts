import type { Actor } from '../../auth/actor.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databasePath, tablePath } from '../links.ts'
import { byName } from '../listing.ts'
import { queriesFor } from '../stored-queries.ts'

/** Most places that one answer names (host.md §6). */
export const MOST_PLACES = 100

/** Somewhere to go. */
export type JumpPlace = {
  readonly name: string
  readonly url: string
  readonly type: 'database' | 'table' | 'view' | 'query'
  readonly description: null
}

/**
 * The places that this reader may see and whose names hold these words in this order, the shortest names first. Hidden tables are
 * among them: who looks for one by name knows of it.
 */
export function jumpPlaces(deps: FeatureDeps, actor: Actor | null, words: string): readonly JumpPlace[] {
  const { databases, permissions, urls } = deps
  const fits = matcher(words)
  const places: JumpPlace[] = []
  const add = (type: JumpPlace['type'], name: string, path: string) => {
    if (fits(name)) places.push({ name, url: urls.path(path), type, description: null })
  }
  for (const database of databases.list) {
    const { name } = database
    if (permissions.allows(actor, 'view-database', databaseResource(name))) {
      add('database', name, databasePath(name))
    }
    const maySee = permissions.allowsIn(actor, 'view-table', name)
    const { tables, views } = database.schema()
    for (const table of tables) {
      if (maySee(table.name)) add('table', `${name}: ${table.name}`, tablePath(name, table.name))
    }
    for (const view of views) if (maySee(view)) add('view', `${name}: ${view}`, tablePath(name, view))
    for (const { query } of queriesFor(deps, actor, database)) {
      add('query', `${name}: ${query.name}`, tablePath(name, query.name))
    }
  }
  return places.sort((a, b) => a.name.length - b.name.length || byName(a.name, b.name))
}

/** Whether a name holds all the words, one after the other, in large or small letters. */
function matcher(words: string): (name: string) => boolean {
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean)
  return (name) => {
    const text = name.toLowerCase()
    let from = 0
    for (const word of wanted) {
      const at = text.indexOf(word, from)
      if (at === -1) return false
      from = at + word.length
    }
    return true
  }
}
