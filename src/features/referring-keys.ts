import { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { visibleTables } from './visible-tables.ts'

/** A foreign key to a table, of one column or several. */
export type ReferringKey = {
  /** The table whose rows refer to the other; it may be that table itself. */
  readonly table: string
  readonly columns: readonly string[]
  /** What each column refers to; null stands for the primary key, in its order. */
  readonly otherColumns: readonly (string | null)[]
  readonly onDelete: OnDelete
  /** Whether an index begins with one of the columns: else the whole table is looked through for each row that is deleted. */
  readonly isIndexed: boolean
}

/** What a foreign key does to rows when those that they refer to are deleted. */
export type OnDelete = 'deletes' | 'sets-null' | 'sets-default' | 'refuses'

const ACTIONS: ReadonlyMap<string, OnDelete> = new Map([
  ['CASCADE', 'deletes'],
  ['SET NULL', 'sets-null'],
  ['SET DEFAULT', 'sets-default'],
])

// Only the few tables that declare a key at all are asked for theirs: of 10,000 tables that took 25 ms.
const KEYS = `
  with keys as (
    select m.name as "table", json_group_array(k."from") as columns, json_group_array(k."to") as others,
      k.on_delete as action,
      max(exists (
        select 1 from temp.pragma_index_list(m.name) as l, temp.pragma_index_info(l.name) as i
        where not l.partial and i.seqno = 0 and i.name = k."from" collate nocase
      ) or (
        select count(*) = 1 and max(c.name) = k."from" collate nocase and max(c.type) = 'INTEGER' collate nocase
        from temp.pragma_table_info(m.name) as c where c.pk > 0
      )) as is_indexed
    from sqlite_schema as m, temp.pragma_foreign_key_list(m.name) as k
    where m.type = 'table' and m.sql like '%references%' and k."table" = :table collate nocase
    group by m.name, k.id order by m.name, k.id
  )
  select json_group_array(json_array("table", json(columns), json(others), action, is_indexed)) as keys from keys`

const KEY_ROWS = z.array(
  z.tuple([z.string(), z.array(z.string()), z.array(z.string().nullable()), z.string(), z.number()]),
)

/** The foreign keys to a table, among those of tables that this person may see. */
export function referringKeys(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  table: string,
): readonly ReferringKey[] {
  const maySee = visibleTables(permissions, actor, database)
  const found = KEY_ROWS.parse(JSON.parse(String(database.get(KEYS, { table })?.['keys'] ?? '[]')))
  return found
    .filter(([name]) => maySee(name))
    .map(([name, columns, otherColumns, action, isIndexed]) => ({
      table: name,
      columns,
      otherColumns,
      onDelete: ACTIONS.get(action) ?? 'refuses',
      isIndexed: isIndexed === 1,
    }))
}
