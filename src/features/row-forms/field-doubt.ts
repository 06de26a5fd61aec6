import type { SqlValue } from '../../database/values.ts'
import { looksLikeNumber, noNumber, parseFieldText } from './field-value.ts'
import type { FormField } from './form-field.ts'
import type { NewRow } from '../write/values/cell-value.ts'

/**
 * What somebody is asked about a text that the column takes, and that is not what its declared type says; null for nothing. A column of SQLite
 * may hold anything, so this is no refusal. `stored` is what is there: a number in a column of dates counts seconds or days, and another
 * number may follow it.
 */
export function doubtAbout(field: FormField, text: string, stored: SqlValue): string | null {
  if (text === '') {
    return field.isNullable ? null : 'This is empty, and the table needs a value: empty text would be stored.'
  }
  const written = text.trim()
  switch (field.kind) {
    case 'decimal':
      return looksLikeNumber(written) ? null : noNumber(written)
    case 'boolean':
      return field.choices.some(({ value }) => value === written) ? null : noChoice(field)
    case 'date':
    case 'moment':
    case 'time':
      return isNumber(stored) && looksLikeNumber(written) ? null : momentDoubt(field.kind, text)
    case 'integer':
    case 'number':
    case 'any':
    case 'text':
    case 'long-text':
    case 'json':
    case 'email':
    case 'url':
    case 'bytes':
      return null
  }
}

const isNumber = (value: SqlValue): boolean => typeof value === 'number' || typeof value === 'bigint'

function noChoice({ choices }: FormField): string {
  return `This column holds ${choices.map(({ value, label }) => `${value} for ${label.toLowerCase()}`).join(' and ')}.`
}

const DAY = /^\d{4}-\d\d-\d\d/
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?`
const MOMENT = new RegExp(String.raw`^\d{4}-\d\d-\d\d(?:[ T]${CLOCK})?$`)
const TIME = new RegExp(`^${CLOCK}$`)

/** Days and times as SQLite's own functions read them (sqlite.org/lang_datefunc.html). */
function momentDoubt(kind: 'date' | 'moment' | 'time', text: string): string | null {
  if (kind === 'time' && TIME.test(text)) return null
  const [day] = DAY.exec(text) ?? []
  if (day !== undefined && !isRealDay(day)) return `There is no day ${day}.`
  if (MOMENT.test(text)) return null
  return `This is not written as ${MOMENT_WORDS[kind]}, and would not be found or sorted as one.`
}

function isRealDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

/** What is written into columns of days and times, with an example. */
export const MOMENT_WORDS = {
  date: 'a day, such as 2026-01-31',
  moment: 'a day and a time, such as 2026-01-31 14:30',
  time: 'a time, such as 14:30',
} as const

/** What may be a slip in rows that were pasted, by the number of the row (from 1): text in columns that are for something else. */
export function doubtsAboutRows(fields: readonly FormField[], rows: readonly NewRow[]): readonly string[] {
  return rows.flatMap((row, place) =>
    fields.flatMap((field) => {
      const value = row.get(field.column)
      if (typeof value !== 'string' || value === '') return []
      const read = parseFieldText(field.kind, value)
      const doubt = read.ok ? doubtAbout(field, value, null) : read.error
      return doubt === null ? [] : [`Row ${place + 1}, ${field.column}: ${doubt}`]
    }),
  )
}
