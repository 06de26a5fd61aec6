import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import { foldName } from '../database/fold-name.ts'
import { sqlTokens } from '../database/sql-text.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { maySeeTable } from './visible-tables.ts'

/** The names that SQL says. What stands in a comment or a literal is none. */
export type Names = ReadonlySet<string>

/** The words and quoted names of SQL, in lower case. */
export function namesIn(sql: string): Names {
  return new Set(spoken(sql).flatMap(({ kind, text }) => (kind === 'text' ? [] : [text])))
}

/** SQLite takes a literal for a name where nothing else can stand. */
export function possibleNamesIn(sql: string): Names {
  return new Set(spoken(sql).map(({ text }) => text))
}

type Spoken = { readonly kind: 'word' | 'name' | 'text'; readonly text: string }

/** What could be a name, in lower case and without its quotes. */
function spoken(sql: string): readonly Spoken[] {
  const found: Spoken[] = []
  let before = ''
  for (const { kind, text } of sqlTokens(sql)) {
    if (kind === 'word') found.push({ kind, text: foldName(text) })
    if (kind === 'name' || kind === 'text') {
      // A doubled quote inside a name reads as two names side by side.
      const isMore = text[0] !== '[' && before === text[0]
      const start = isMore ? `${found.pop()?.text ?? ''}${before}` : ''
      found.push({ kind, text: start + foldName(text.slice(1, -1)) })
    }
    before = kind === 'name' || kind === 'text' ? text.charAt(0) : ''
  }
  return found
}

/** Whether a name is among them, in any case. */
export function mentions(names: Names, name: string): boolean {
  return names.has(foldName(name))
}

/** Tables and views that are mentioned and that the actor may not see. */
export function hiddenIn(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  names: Names,
): readonly string[] {
  const { tables, views } = database.schema()
  return [...tables.map(({ name }) => name), ...views].filter(
    (name) => mentions(names, name) && !maySeeTable(permissions, actor, database, name),
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
  { names, message }: { readonly names: Names; readonly message: string },
): boolean {
  const said = namesIn(message)
  const found: unknown = JSON.parse(String(database.get(NAMED_IN, [message])?.['found'] ?? '[]'))
  if (!Array.isArray(found)) return false
  return found.some(([name, table]: [string, string]) => {
    // A name with other characters in it is no word of the message.
    const isSaid = /\W/.test(name) || mentions(said, name)
    return isSaid && !mentions(names, name) && !maySeeTable(permissions, actor, database, table)
  })
}

/** Whether an operation's trigger, view or expression may be named to an actor: one of the statement, or of what they may see. */
export function mayNameSource(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  { names, source }: { readonly names: Names; readonly source: string },
): boolean {
  if (mentions(names, source)) return true
  const owner = database.get(
    "select tbl_name as owner from sqlite_schema where name = ? collate nocase and type in ('trigger', 'view')",
    [source],
  )?.['owner']
  return owner !== undefined && maySeeTable(permissions, actor, database, String(owner))
}
