import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import { isSameName } from '../../database/fold-name.ts'
import { sqlTokens } from '../../database/sql-text.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { tablePath } from '../links.ts'
import { queriesFor, storedQueryLink } from '../stored-queries.ts'
import { visibleTables } from '../visible-tables.ts'

/** Something that will miss a table: its kind in words, its name, and its page, ready for a link. */
export type Dependant = { readonly kind: string; readonly name: string; readonly path: string }

/** The foreign keys, views, full-text index and stored queries that need a table, as far as this person may see them. */
export function whatNamesIt(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
  table: Table,
): readonly Dependant[] {
  const { urls } = deps
  const maySee = visibleTables(deps.permissions, actor, database)
  const schema = database.schema()
  const at = (kind: string, name: string) => ({ kind, name, path: urls.path(tablePath(database.name, name)) })
  const referring = table.foreignKeys.incoming
    .map(({ otherTable }) => otherTable)
    .filter((name, place, all) => name !== table.name && all.indexOf(name) === place)
  const views = schema.views.filter((name) => isNamedIn(schema.table(name)?.sql ?? '', table.name))
  return [
    ...referring.filter(maySee).map((name) => at('table that refers to it', name)),
    ...views.filter(maySee).map((name) => at('view', name)),
    ...(table.ftsTable !== null && maySee(table.ftsTable) ? [at('full-text index', table.ftsTable)] : []),
    ...queriesFor(deps, actor, database)
      .filter(({ query }) => isNamedIn(query.sql, table.name))
      .map(({ query }) => ({
        kind: 'query',
        name: query.title ?? query.name,
        path: urls.path(storedQueryLink(database.name, query)),
      })),
  ]
}

/** Whether a statement has this name in it, as a word or in quotes. It may stand for something else there. */
function isNamedIn(sql: string, table: string): boolean {
  return sqlTokens(sql).some(({ kind, text }) => {
    if (kind === 'word') return isSameName(text, table)
    return kind === 'name' && isSameName(unquoted(text), table)
  })
}

function unquoted(text: string): string {
  const quote = text.at(-1) ?? ''
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}
