import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import { sqlTokens } from '../database/sql-text.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { maySeeTable } from './visible-tables.ts'

/** Whether SQL says a name: as one, not in a comment or a literal. */
export function mentions(sql: string, name: string): boolean {
  return namesIn(sql).has(name.toLowerCase())
}

/** The words and quoted names of SQL, in lower case. */
function namesIn(sql: string): ReadonlySet<string> {
  return new Set(
    [...sqlTokens(sql)].flatMap(({ kind, text }) => {
      if (kind === 'word') return [text.toLowerCase()]
      return kind === 'name' ? [unquoted(text).toLowerCase()] : []
    }),
  )
}

/** A doubled quote inside a name reads as two names side by side; such a name is not found, which tells less. */
function unquoted(text: string): string {
  return text.slice(1, /["`\]]$/.test(text) && text.length > 1 ? -1 : undefined)
}

/** Tables and views that SQL mentions and that the actor may not see. */
export function hiddenIn(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  sql: string,
): readonly string[] {
  const names = namesIn(sql)
  const { tables, views } = database.schema()
  return [...tables.map(({ name }) => name), ...views].filter(
    (name) => names.has(name.toLowerCase()) && !maySeeTable(permissions, actor, database, name),
  )
}

/** What has a name in the schema, with the table or view that it belongs to, where a text has that name anywhere. */
const NAMED_IN = `
  select json_group_array(json_array(name, tbl_name)) as found from sqlite_schema where instr(lower(?), lower(name)) > 0`

/** Whether a message of SQLite's about a statement names what the actor may not see and has not named. */
export function tellsMore(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  { sql, message }: { readonly sql: string; readonly message: string },
): boolean {
  const said = namesIn(message)
  const found: unknown = JSON.parse(String(database.get(NAMED_IN, [message])?.['found'] ?? '[]'))
  if (!Array.isArray(found)) return false
  return found.some(([name, table]: [string, string]) => {
    // A name with other characters in it is no word of the message.
    const isSaid = /\W/.test(name) || said.has(name.toLowerCase())
    return isSaid && !mentions(sql, name) && !maySeeTable(permissions, actor, database, table)
  })
}

/** Whether an operation's trigger, view or expression may be named to an actor: one of the statement, or of what they may see. */
export function mayNameSource(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  { sql, source }: { readonly sql: string; readonly source: string },
): boolean {
  if (mentions(sql, source)) return true
  const owner = database.get(
    "select tbl_name as owner from sqlite_schema where name = ? collate nocase and type in ('trigger', 'view')",
    [source],
  )?.['owner']
  return owner !== undefined && maySeeTable(permissions, actor, database, String(owner))
}
