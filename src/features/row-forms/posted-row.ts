import type { SqlValue } from '../../database/values.ts'
import { fail, ok, type Result } from '../../result.ts'
import { doubtAbout } from './field-doubt.ts'
import { parseFieldText } from './field-value.ts'
import { asSent, postedState, storedState, type FieldState } from './field-state.ts'
import type { FieldKind, FormField } from './form-field.ts'

/** What the fields of a form hold, by column. */
export type FieldStates = ReadonlyMap<string, FieldState>

/** Reads the fields of a posted form. A column that it does not speak of (added since it was made, for one) is not in it. */
export async function postedStates(form: FormData, fields: readonly FormField[]): Promise<FieldStates> {
  const states = new Map<string, FieldState>()
  for (const { column } of fields) {
    const state = await postedState(form, column)
    if (state !== null) states.set(column, state)
  }
  return states
}

/**
 * Values to write by column, or what is wrong by column. A field that the database fills is left out. What may be a slip is asked about
 * once, and taken when it comes again.
 */
export function postedValues(
  fields: readonly FormField[],
  states: FieldStates,
  stored: (column: string) => SqlValue,
): Result<ReadonlyMap<string, SqlValue>, ReadonlyMap<string, string>> {
  const values = new Map<string, SqlValue>()
  const faults = new Map<string, string>()
  for (const field of fields) {
    const state = states.get(field.column)
    if (state === undefined || state.instead === 'kept' || isLeftToDatabase(field, state)) continue
    const value = valueOf(field, state, stored(field.column))
    if (value.ok) values.set(field.column, value.value)
    else faults.set(field.column, value.error)
  }
  return faults.size > 0 ? fail(faults) : ok(values)
}

/** A key that the database can make is made wherever none is written. */
function isLeftToDatabase({ isKey, filledWith }: FormField, { instead, text, file }: FieldState): boolean {
  const isEmpty = instead === null && text === '' && file === null
  return instead === 'filled' || (isEmpty && isKey && filledWith !== null)
}

function valueOf(field: FormField, state: FieldState, stored: SqlValue): Result<SqlValue, string> {
  if (state.instead === 'null')
    return field.isNullable ? ok(null) : fail('This cannot be NULL. Write a value.')
  if (state.file !== null) return ok(state.file)
  const isFile = isFileField(field, stored)
  if (isFile) return fail(`Choose a file${orTick(field)}.`)
  const text = asSent(state.text)
  if (text === '') {
    if (field.isKey) return fail('A key cannot be empty. Write a value.')
    if (!HOLDS_EMPTY_TEXT.has(field.kind)) {
      return fail(field.kind === 'boolean' ? 'Choose yes or no.' : `Write a value${orTick(field)}.`)
    }
  }
  const doubt = state.isSure ? null : doubtAbout(field, text, stored)
  if (doubt !== null) return fail(`${doubt} ${AGAIN}`)
  // What was a number stays one, also where bytes are what the column is for.
  const wasNumber = typeof stored === 'number' || typeof stored === 'bigint'
  const value = parseFieldText(field.kind === 'bytes' && wasNumber ? 'any' : field.kind, text)
  if (!value.ok && field.refersTo !== null) {
    return fail(
      `This is no key of ${field.refersTo}. Write a part of its name and choose the row from the list, or write its key.`,
    )
  }
  return value.ok && typeof value.value === 'string' ? ok(withStoredBreaks(value.value, stored)) : value
}

/** The boxes that stand for what is no value. */
function orTick({ isNullable, filledWith }: FormField): string {
  const boxes = [
    ...(filledWith === null ? [] : ['“Filled by the database”']),
    ...(isNullable ? ['NULL'] : []),
  ]
  return boxes.length === 0 ? '' : `, or tick ${boxes.join(' or ')}`
}

const AGAIN = 'If that is what you mean, send the form again.'

/** What empty text is a value of. Elsewhere an empty field is a value that nobody wrote. */
const HOLDS_EMPTY_TEXT: ReadonlySet<FieldKind> = new Set(['any', 'text', 'long-text', 'json', 'email', 'url'])

/**
 * Line breaks as the value had them that was there: a browser sends all in one form. Those around lines at the beginning and the end that nobody
 * changed are as they were; others are like the first.
 */
export function withStoredBreaks(text: string, stored: SqlValue): string {
  const breaks = typeof stored === 'string' ? (stored.match(/\r\n?|\n/g) ?? []) : []
  const [usual = '\n'] = breaks
  if (typeof stored !== 'string' || breaks.every((one) => one === '\n')) return text
  const were = asSent(stored).split('\n')
  const lines = text.split('\n')
  const most = Math.min(lines.length, were.length)
  let first = 0
  while (first < most && lines[first] === were[first]) first += 1
  let last = 0
  while (last < most - first && lines.at(-1 - last) === were.at(-1 - last)) last += 1
  const breakAfter = (place: number) => {
    const fromEnd = lines.length - 1 - place
    return (place < first ? breaks[place] : fromEnd <= last ? breaks.at(-fromEnd) : null) ?? usual
  }
  return lines.map((line, place) => (place === lines.length - 1 ? line : line + breakAfter(place))).join('')
}

/** Whether a field takes a file: bytes are there, or nothing is and bytes are what the column is for. */
export function isFileField({ kind }: FormField, stored: SqlValue): boolean {
  return stored instanceof Uint8Array || (kind === 'bytes' && stored === null)
}

/** What a form shows of a row. */
export function storedStates(
  fields: readonly FormField[],
  stored: (column: string) => SqlValue,
): FieldStates {
  return new Map(fields.map(({ column }) => [column, storedState(stored(column))]))
}
