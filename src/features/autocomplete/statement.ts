import { columnSql } from '../../database/column-sql.ts'
import type { Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import { keyNames } from '../../database/row-key.ts'
import type { Statement } from '../statement.ts'

/** Rows that one answer names (host.md §6). */
export const MOST_ROWS = 10

/** Which rows are offered: those that hold a text, those whose key is exactly it, or the ones whose keys are last. */
export type Wanted =
  | { readonly kind: 'holding'; readonly text: string }
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'newest' }

/**
 * Selects what rows are called behind the values of their keys. A row that is the text itself comes first, then what
 * begins with it, then the shortest. Only `holding` reads the whole table. Null for a view, whose rows have no key.
 */
export function autocompleteStatement(table: Table, label: string | null, wanted: Wanted): Statement | null {
  const column = columnSql(table)
  const keys = keyNames(table).map((name) => column(name).sql)
  if (keys.length === 0) return null

  const keyText = keys.map((key) => `cast(${key} as text)`).join(` || ',' || `)
  const name = label === null ? keyText : `coalesce(cast(${column(label).sql} as text), ${keyText})`
  const select = `select ${keys.join(', ')}, ${name} from ${readableIdentifier(table.name)}`
  const limit = `limit ${MOST_ROWS}`
  const isKey = keys.map((key) => `${key} = :text`).join(' or ')
  switch (wanted.kind) {
    case 'newest':
      return { sql: `${select} order by ${keys.map((key) => `${key} desc`).join(', ')} ${limit}`, params: {} }
    case 'exact':
      return { sql: `${select} where ${isKey} ${limit}`, params: { text: wanted.text } }
    case 'holding':
      return {
        sql: `${select} where ${isKey} or ${name} like :inside escape '\\' order by not (${isKey}), ${name} not like :start escape '\\', length(${name}), ${name}, ${keys.join(', ')} ${limit}`,
        params: {
          text: wanted.text,
          inside: `%${escapeLike(wanted.text)}%`,
          start: `${escapeLike(wanted.text)}%`,
        },
      }
  }
}

/** Takes from `%` and `_` what they mean in a pattern. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
