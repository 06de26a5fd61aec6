import type { Table } from '../../database/database.ts'
import { foldName } from '../../database/fold-name.ts'
import type { HttpError } from '../../http/http-error.ts'

/** What a refused change says, at the fields that it is about; `form` is for what no field is to blame for. */
export type Faults = {
  readonly fields: ReadonlyMap<string, string>
  readonly form: string | null
  /** 503 where it may go through in a moment; 400 without it. */
  readonly status?: HttpError['status']
}

export const NO_FAULTS: Faults = { fields: new Map(), form: null }

/** A sentence about something that SQLite refused, and the code's own words behind it. */
const FORM = (message: string) => `The database refused this, and nothing was changed: ${message}.`

/** Finds the fields that a message of SQLite is about. */
export function sqliteFaults(message: string, table: Table): Faults {
  const [, kind, rest = ''] = /^(UNIQUE|NOT NULL|CHECK) constraint failed: (.*)$/su.exec(message) ?? []
  const columns = table.columns.map(({ name }) => name)
  switch (kind) {
    case 'UNIQUE': {
      const sent = rest.slice(table.name.length + 1).split(`, ${table.name}.`)
      const named = columns.filter((name) => sent.includes(name))
      const text =
        named.length === 1
          ? 'Another row has this value already.'
          : `Another row has these values already: ${named.join(', ')}.`
      return atFields(named, text, message)
    }
    case 'NOT NULL':
      return atFields(
        columns.filter((name) => rest === `${table.name}.${name}`),
        'This cannot be NULL. Write a value.',
        message,
      )
    case 'CHECK': {
      // The message has the name of the rule, or its text.
      const rule = ruleCalled(rest, table.sql)
      const words = new Set(rule.match(/[\p{L}\p{N}_$]+/gu)?.map(foldName))
      return atFields(
        columns.filter((name) => words.has(foldName(name))),
        `The table has a rule against this value: ${rest}.`,
        message,
      )
    }
    case undefined:
    default: {
      const [, column] = /^cannot store \S+ value in \S+ column .*?\.(.+)$/su.exec(message) ?? []
      const named = columns.filter((name) => name === column)
      return atFields(named, 'The column cannot hold a value of this kind.', message)
    }
  }
}

function atFields(columns: readonly string[], text: string, message: string): Faults {
  if (columns.length === 0) return { fields: new Map(), form: FORM(message) }
  return { fields: new Map(columns.map((name) => [name, text])), form: null }
}

/** The text of the rule with this name; what is no name is the text itself. */
function ruleCalled(name: string, sql: string): string {
  const beginning = new RegExp(`constraint\\s+["\`[]?${escapeRegExp(name)}["\`\\]]?\\s+check\\s*`, 'iu').exec(
    sql,
  )
  if (beginning === null) return name
  const from = beginning.index + beginning[0].length
  let depth = 0
  for (let place = from; place < sql.length; place += 1) {
    if (sql[place] === '(') depth += 1
    if (sql[place] === ')') depth -= 1
    if (depth === 0) return sql.slice(from, place)
  }
  return name
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
