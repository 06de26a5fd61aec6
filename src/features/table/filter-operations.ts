import { parseInteger } from '../../database/affinity.ts'
import { bracketed, quoteIdentifier, readableIdentifier } from '../../database/quote-identifier.ts'
import type { SqlValue } from '../../database/values.ts'
import { isList, parseExactJson, type ExactJson } from '../../http/exact-json.ts'
import { HttpError } from '../../http/http-error.ts'
import type { Condition } from './condition.ts'

/** A way to compare a column with a value: `column__op=value` (host.md §9.4). */
export type FilterOperation = {
  readonly name: string
  /** As a person reads it in a list. */
  readonly label: string
  /** Whether a value is looked at. */
  readonly takesValue: boolean
  readonly condition: (column: string, value: string, table: string) => Condition
}

/**
 * Every operation, in the order of Datasette's lists. Columns stand in double quotes: a name that no column has is
 * then a text to SQLite, as it is to Datasette, and no error.
 */
export const FILTER_OPERATIONS: readonly FilterOperation[] = [
  comparison('exact', '=', '=', (value) => (isDigits(value) ? `= ${value}` : `= "${value}"`)),
  comparison('not', '!=', '!=', (value) => (isDigits(value) ? `!= ${value}` : `!= "${value}"`)),
  pattern('contains', 'contains', 'like', (value) => `%${value}%`),
  pattern('notcontains', 'does not contain', 'not like', (value) => `%${value}%`),
  pattern('endswith', 'ends with', 'like', (value) => `%${value}`),
  pattern('startswith', 'starts with', 'like', (value) => `${value}%`),
  magnitude('gt', '>', '>'),
  magnitude('gte', '≥', '>='),
  magnitude('lt', '<', '<'),
  magnitude('lte', '≤', '<='),
  pattern('like', 'like', 'like'),
  pattern('notlike', 'not like', 'not like'),
  pattern('glob', 'glob', 'glob'),
  membership('in', 'in'),
  membership('notin', 'not in'),
  arrayMembership('arraycontains', 'array contains', 'in', 'contains'),
  arrayMembership('arraynotcontains', 'array does not contain', 'not in', 'does not contain'),
  {
    name: 'date',
    label: 'date',
    takesValue: true,
    condition: (column, value) => ({
      sql: (bind) => `date(${quoteIdentifier(column)}) = ${bind(value)}`,
      words: `"${column}" is on date ${value}`,
    }),
  },
  state('isnull', 'is null', (name) => `${name} is null`),
  state('notnull', 'is not null', (name) => `${name} is not null`),
  state('isblank', 'is blank', (name) => `(${name} is null or ${name} = '')`),
  state('notblank', 'is not blank', (name) => `(${name} is not null and ${name} != '')`),
]

/** The operation of exactly this name, or null. */
export function findOperation(name: string): FilterOperation | null {
  return FILTER_OPERATIONS.find((operation) => operation.name === name) ?? null
}

function comparison(
  name: string,
  label: string,
  operator: string,
  words: (value: string) => string,
): FilterOperation {
  return operation(name, label, (column, value) => ({
    sql: (bind) => `${quoteIdentifier(column)} ${operator} ${bind(value)}`,
    words: `${column} ${words(value)}`,
  }))
}

function pattern(
  name: string,
  label: string,
  operator: string,
  around: (value: string) => string = (value) => value,
): FilterOperation {
  return operation(name, label, (column, value) => ({
    sql: (bind) => `${quoteIdentifier(column)} ${operator} ${bind(around(value))}`,
    words: `${column} ${label} "${value}"`,
  }))
}

/** Digits are compared as a number even with a column that converts nothing. */
function magnitude(name: string, label: string, operator: string): FilterOperation {
  return operation(name, label, (column, value) => ({
    sql: (bind) => {
      const number = isDigits(value) ? parseInteger(value) : null
      return `${quoteIdentifier(column)} ${operator} ${bind(number ?? value)}`
    },
    words: `${column} ${label} ${value}`,
  }))
}

function membership(name: string, operator: string): FilterOperation {
  return operation(name, operator, (column, value) => {
    const values = requireList(name, value)
    return {
      sql: (bind) =>
        `${readableIdentifier(column)} ${operator} (${values.map((item) => bind(item)).join(', ')})`,
      words: `${column} ${operator} ${value.startsWith('[') ? value : JSON.stringify(values)}`,
    }
  })
}

function arrayMembership(name: string, label: string, operator: string, words: string): FilterOperation {
  return operation(name, label, (column, value, table) => ({
    // The name of the table keeps the column apart from those of json_each.
    sql: (bind) =>
      `${bind(value)} ${operator} (select value from json_each(${bracketed(table)}.${bracketed(column)}))`,
    words: `${column} ${words} "${value}"`,
  }))
}

function state(name: string, label: string, sql: (name: string) => string): FilterOperation {
  const condition = (column: string) => ({
    sql: () => sql(quoteIdentifier(column)),
    words: `${column} ${label}`,
  })
  return { name, label, takesValue: false, condition }
}

function operation(name: string, label: string, condition: FilterOperation['condition']): FilterOperation {
  return { name, label, takesValue: true, condition }
}

function isDigits(value: string): boolean {
  return /^\d+$/.test(value)
}

/** Values of the longest list: SQLite looks each parameter up among all others. */
const MOST_VALUES = 5000

/** A list with commas, or a JSON array where it begins like one. */
function requireList(name: string, text: string): readonly SqlValue[] {
  const items = text.startsWith('[') ? parseList(text) : text.split(',').map((item) => item.trim())
  if (items === null)
    throw new HttpError(400, `__${name}= must be a list of values with commas, or a JSON array`)
  if (items.length > MOST_VALUES) throw new HttpError(400, `__${name}= takes ${MOST_VALUES} values at most`)
  return items
}

function parseList(text: string): readonly SqlValue[] | null {
  const json = parseExactJson(text)
  if (!json.ok || !isList(json.value)) return null
  const values = json.value.map(asValue)
  return values.every((value) => value !== undefined) ? values : null
}

function asValue(item: ExactJson): SqlValue | undefined {
  if (typeof item === 'boolean') return BigInt(item)
  return typeof item === 'object' && item !== null ? undefined : item
}
