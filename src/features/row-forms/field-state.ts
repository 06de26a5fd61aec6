import { createHash } from 'node:crypto'
import type { SqlRow } from '../../database/database.ts'
import { formatCell } from '../../database/row-json.ts'
import type { SqlValue } from '../../database/values.ts'
import { tildeEncode } from '../../http/tilde.ts'
import type { FormField } from './form-field.ts'

/** What stands in place of a written value. */
export type Instead =
  | 'null'
  /** What the database fills in. */
  | 'filled'
  /** The bytes that are there. */
  | 'kept'

/** What a field of a form holds. */
export type FieldState = {
  readonly text: string
  /** Null where the text (or the file) is the value. */
  readonly instead: Instead | null
  /** A file that was sent. */
  readonly file: Uint8Array | null
  /** Whether the form has asked about this value already, and the person sent it again. */
  readonly isSure: boolean
}

const AS_IT_IS = { file: null, isSure: false } as const

/** What a field shows of a stored value. */
export function storedState(value: SqlValue): FieldState {
  if (value === null) return { text: '', instead: 'null', ...AS_IT_IS }
  if (value instanceof Uint8Array) return { text: '', instead: 'kept', ...AS_IT_IS }
  if (typeof value === 'string') return { text: value, instead: null, ...AS_IT_IS }
  // JSON has no word for an infinity; SQLite writes one as a number that is too large.
  const text = value === Infinity ? '9e999' : value === -Infinity ? '-9e999' : formatCell(value)
  return { text, instead: null, ...AS_IT_IS }
}

/** What a field shows before anything was written: what happens when nothing is. */
export function emptyState(field: FormField): FieldState {
  const instead = field.filledWith !== null ? 'filled' : field.isNullable ? 'null' : null
  return { text: '', instead, ...AS_IT_IS }
}

/** The names under which a form posts a field. They are free of what cannot stand in the id of an element. */
export function fieldNames(column: string): Readonly<Record<'value' | 'instead' | 'was' | 'sure', string>> {
  const name = tildeEncode(column)
  return { value: `value.${name}`, instead: `instead.${name}`, was: `was.${name}`, sure: `sure.${name}` }
}

/** What the box of a choice posts: whether it was ticked by the page or by the person. */
export function insteadValue(choice: Instead, isShownTicked: boolean): string {
  return isShownTicked ? `${choice} as shown` : choice
}

const CHOICES: readonly Instead[] = ['null', 'filled', 'kept']

/**
 * What a form posts of a field; null when it has no such field. A box that the person ticked counts before what is written. One that the page had ticked
 * counts only when nothing is: without scripts nobody should have to take it away first.
 */
export async function postedState(form: FormData, column: string): Promise<FieldState | null> {
  const names = fieldNames(column)
  if (!form.has(names.value) && !form.has(names.instead)) return null
  const sent = form.get(names.value)
  const text = typeof sent === 'string' ? sent : ''
  const file = sent instanceof File && sent.size > 0 ? new Uint8Array(await sent.arrayBuffer()) : null
  const ticked = form.getAll(names.instead)
  const chosen = CHOICES.find((choice) => ticked.includes(choice))
  if (chosen !== undefined) return { text, instead: chosen, ...AS_IT_IS }
  const shown = CHOICES.find((choice) => ticked.includes(insteadValue(choice, true))) ?? null
  const state = { text, instead: text !== '' || file !== null ? null : shown }
  return { ...state, file, isSure: form.get(names.sure) === stateFingerprint(state) }
}

/** Text as a browser sends it back when nobody touched it: it writes every line break in one way, and has no character NUL. */
export function asSent(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD')
}

/**
 * Tells a stored value from others in a few characters. A form carries it, to find out what the person changed and what somebody
 * else has changed since.
 */
export function fingerprint(value: SqlValue): string {
  return value instanceof Uint8Array ? hash('bytes', value) : stateFingerprint(storedState(value))
}

/** The same for a whole row, and to the last character. */
export function rowFingerprint(row: SqlRow): string {
  return hash('row', JSON.stringify(Object.entries(row).map(([name, value]) => [name, formatCell(value)])))
}

/** Whether a posted field means another value than the one with this fingerprint, which it showed. */
export function isTouched(state: FieldState, shown: string): boolean {
  if (state.instead === 'kept') return false
  return state.file !== null || stateFingerprint(state) !== shown
}

/** Tells what a field holds from what else it could hold; a file is not told apart. */
export function stateFingerprint({ instead, text }: Pick<FieldState, 'instead' | 'text'>): string {
  return instead === null ? hash('text', asSent(text)) : hash(instead, '')
}

function hash(kind: string, content: string | Uint8Array): string {
  return createHash('sha256').update(`${kind} `).update(content).digest('base64url').slice(0, 22)
}
