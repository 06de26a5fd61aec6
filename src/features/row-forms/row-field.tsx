import type { JSX } from 'hono/jsx/jsx-runtime'
import { Checkbox, type Choice, FileField, SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { sizeInWords } from '../../http/size-words.ts'
import { fieldNames, insteadValue, stateFingerprint, type FieldState, type Instead } from './field-state.ts'
import { MOMENT_WORDS } from './field-doubt.ts'
import type { FieldKind, FormField } from './form-field.ts'
import type { Reference } from './references.ts'

export type RowFieldProps = {
  readonly field: FormField
  readonly state: FieldState
  /** Whether the value is a file. */
  readonly isFile: boolean
  /** Most bytes that the form may have; 0 for no limit. */
  readonly maxBytes: number
  /** Bytes that are there and can be kept; null for none. */
  readonly storedBytes: number | null
  /** What stood in the row when the form was made, in short; null for a new row. */
  readonly was: string | null
  readonly reference: Reference | null
  /** What the row is called to which the stored value refers; null for nothing. */
  readonly referredTo: string | null
  readonly fault: string | null
  /** What is in the row now, where somebody else changed it meanwhile; null where nobody did. */
  readonly changedTo: string | null
}

/** Characters from which a text gets several lines. */
const LONG = 80

/** One column of a row: its value, and what can stand in place of a value. */
export function RowField(props: RowFieldProps & { readonly isFirstError: boolean }): JSX.Element {
  const { field, state, was, changedTo, fault } = props
  const names = fieldNames(field.column)
  return (
    <div class="row-field" data-row-field>
      <Control {...props} />
      {changedTo !== null && (
        <p class="field-error">
          Somebody changed this meanwhile. Now there is: <span class="row-field-now">{changedTo}</span>
        </p>
      )}
      {optionsOf(props) === null &&
        insteads(props).map(({ choice, label }) => (
          <Checkbox
            name={names.instead}
            value={insteadValue(choice, state.instead === choice)}
            checked={state.instead === choice}
          >
            {label}
            <span class="visually-hidden"> ({field.column})</span>
          </Checkbox>
        ))}
      {was !== null && <input type="hidden" name={names.was} value={was} />}
      {(fault !== null || state.isSure) && (
        <input type="hidden" name={names.sure} value={stateFingerprint(state)} />
      )}
    </div>
  )
}

function Control(props: RowFieldProps & { readonly isFirstError: boolean }): JSX.Element {
  const { field, state, reference, isFile, fault } = props
  const isRequired = !field.isNullable && field.filledWith === null
  const text = state.instead === null ? state.text : ''
  const common = {
    name: fieldNames(field.column).value,
    label: isRequired ? `${field.column} (required)` : field.column,
    hint: hintOf(props),
    error: fault,
    isFirstError: props.isFirstError,
  }
  if (isFile) return <FileField {...common} />
  const options = optionsOf(props)
  if (options !== null) {
    const none = emptyOption(props)
    return (
      <>
        <SelectField
          {...common}
          value={text}
          options={[none.option, ...otherOption(props, options), ...options]}
        />
        {none.instead !== null && (
          <input
            type="hidden"
            name={fieldNames(field.column).instead}
            value={insteadValue(none.instead, true)}
          />
        )}
      </>
    )
  }
  const isLong =
    field.kind === 'long-text' || field.kind === 'json' || text.length > LONG || /[\r\n]/.test(text)
  const writing = field.kind === 'text' || field.kind === 'long-text' ? 'prose' : 'code'
  if (isLong) return <TextArea {...common} value={text} rows={rowsFor(text)} text={writing} />
  const keyboard = KEYBOARDS[field.kind]
  const picker = PICKERS[field.kind]
  return (
    <TextField
      {...common}
      value={text}
      text={writing}
      {...(keyboard !== undefined && { keyboard })}
      {...(reference?.kind === 'written' &&
        reference.suggestFrom !== null && { suggestFrom: reference.suggestFrom })}
      {...(picker !== undefined && { picker })}
    />
  )
}

/** What the value is chosen from; null where it is written. */
function optionsOf({ field, reference, isFile }: RowFieldProps): readonly Choice[] | null {
  if (isFile || reference?.kind === 'written') return null
  if (reference !== null) return reference.options
  return field.choices.length === 0
    ? null
    : field.choices.map(({ value, label }) => ({ value, label: `${label} (${value})` }))
}

/** A value that is not in the list stays where it is. */
function otherOption({ reference, state }: RowFieldProps, options: readonly Choice[]): readonly Choice[] {
  if (state.instead !== null || state.text === '') return []
  if (options.some(({ value }) => value === state.text)) return []
  return [{ value: state.text, label: reference === null ? state.text : `${state.text} (no such row)` }]
}

function emptyOption({ field, reference }: RowFieldProps) {
  if (field.filledWith !== null) {
    const label = `Filled by the database: ${field.filledWith}`
    return { option: { value: '', label }, instead: 'filled' as const }
  }
  return field.isNullable
    ? { option: { value: '', label: 'NULL' }, instead: 'null' as const }
    : { option: { value: '', label: reference === null ? 'Choose' : 'Choose a row' }, instead: null }
}

function insteads({
  field,
  storedBytes,
}: RowFieldProps): readonly { readonly choice: Instead; readonly label: string }[] {
  return [
    ...(storedBytes === null
      ? []
      : [{ choice: 'kept', label: `Keep the ${bytesInWords(storedBytes)}` } as const]),
    ...(field.filledWith !== null
      ? [{ choice: 'filled', label: `Filled by the database: ${field.filledWith}` } as const]
      : []),
    ...(field.isNullable ? [{ choice: 'null', label: 'NULL' } as const] : []),
  ]
}

const KEYBOARDS: Readonly<Partial<Record<FieldKind, 'numeric' | 'decimal' | 'email' | 'url'>>> = {
  integer: 'numeric',
  number: 'decimal',
  decimal: 'decimal',
  email: 'email',
  url: 'url',
}

/** Calendars and clocks that a script puts beside the text. */
const PICKERS: Readonly<Partial<Record<FieldKind, 'date' | 'datetime-local' | 'time'>>> = {
  date: 'date',
  moment: 'datetime-local',
  time: 'time',
}

const HINTS: Readonly<Partial<Record<FieldKind, string>>> = {
  integer: 'a whole number',
  number: 'a number',
  any: 'a number, or text',
  json: 'JSON',
  email: 'an email address',
  url: 'a web address',
  decimal: 'a number, such as 12.50',
  boolean: 'yes or no',
  ...MOMENT_WORDS,
}

function hintOf({ field, reference, referredTo, isFile, maxBytes }: RowFieldProps): string {
  const file =
    maxBytes === 0 ? 'a file' : `a file of at most ${sizeInWords(maxBytes)}, with all else in this form`
  const what = isFile ? file : (HINTS[field.kind] ?? 'text')
  const words = [
    reference === null ? what : `the key of a row of ${reference.table}`,
    ...(referredTo === null || reference?.kind === 'list' ? [] : [`now ${referredTo}`]),
  ]
  const sentence = words.join('; ')
  const type =
    field.type === '' || field.type.toLowerCase() === sentence.toLowerCase() ? '' : ` (${field.type})`
  return `${sentence[0]?.toUpperCase() ?? ''}${sentence.slice(1)}${type}.`
}

function rowsFor(text: string): number {
  return Math.min(12, Math.max(3, text.split('\n').length, Math.ceil(text.length / LONG)))
}

/** How many bytes, as people say it. */
export function bytesInWords(count: number): string {
  return count === 1 ? 'byte that is there' : `${count.toLocaleString('en')} bytes that are there`
}
