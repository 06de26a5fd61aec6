import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

type FieldProps = {
  /** The name that the form posts; also the base of the element's id, so it is unique on the page. */
  readonly name: string
  readonly label: string
  /** What to write, in a sentence; stands under the label. */
  readonly hint?: Child
  /** What is wrong with the value that was sent, and what would be right. */
  readonly error?: string | null
  /** Whether this is the first field in error of a form that came back: whoever sent it goes on here. */
  readonly isFirstError?: boolean
}

export type TextFieldProps = FieldProps & {
  readonly value: string
  readonly required?: boolean
  /** Longest value in UTF-16 units, as the browser counts. */
  readonly maxLength?: number
  /** `code` for what machines read (addresses, tokens): fixed-width, no spelling marks, nothing filled in. */
  readonly text?: 'prose' | 'code'
  /** The keys that a phone shows. */
  readonly keyboard?: 'numeric' | 'decimal' | 'email' | 'url'
  /** Where a script finds values to offer, ready for a request (host.md §9.12). */
  readonly suggestFrom?: string
  /** The calendar or clock of the browser that a script puts beside the field. */
  readonly picker?: 'date' | 'datetime-local' | 'time'
  /** What a password manager may fill in. */
  readonly fillIn?: 'username'
  /** Shown to be copied, not to be changed. */
  readonly readOnly?: boolean
  /** The id of a `<datalist>` whose values are offered while somebody writes. */
  readonly suggestions?: string
}

/** One line of text. */
export function TextField(props: TextFieldProps): JSX.Element {
  return (
    <Field {...props}>
      <input
        type="text"
        {...control(props)}
        {...writing(props.text)}
        {...(props.fillIn !== undefined && { autocomplete: props.fillIn })}
        value={props.value}
        required={props.required}
        maxlength={props.maxLength}
        inputmode={props.keyboard}
        readonly={props.readOnly}
        list={props.suggestions}
        data-suggest={props.suggestFrom}
        data-picker={props.picker}
        data-copy={props.readOnly === true && props.fillIn === undefined ? props.label : undefined}
      />
    </Field>
  )
}

export type PasswordFieldProps = FieldProps & {
  /** What a password manager does here: fill in the one that it keeps, or offer to make one. */
  readonly fillIn: 'current-password' | 'new-password'
  /** Shortest value in UTF-16 units, as the browser counts. */
  readonly minLength?: number
}

/** A password. What was sent is never written back. */
export function PasswordField(props: PasswordFieldProps): JSX.Element {
  return (
    <Field {...props}>
      <input
        type="password"
        {...control(props)}
        autocomplete={props.fillIn}
        minlength={props.minLength}
        required
      />
    </Field>
  )
}

export type TextAreaProps = FieldProps & {
  readonly value: string
  /** Lines shown at first. */
  readonly rows: number
  readonly required?: boolean
  /** As for `TextField`. */
  readonly text?: 'prose' | 'code'
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps): JSX.Element {
  // The parser drops one line break after <textarea>, so a value that begins with one needs another.
  const value = props.value.startsWith('\n') ? `\n${props.value}` : props.value
  return (
    <Field {...props}>
      <textarea {...control(props)} {...writing(props.text)} rows={props.rows} required={props.required}>
        {value}
      </textarea>
    </Field>
  )
}

/** A value to choose, and what it is called. */
export type Choice = { readonly value: string; readonly label: string }

export type SelectFieldProps = FieldProps & {
  readonly value: string
  readonly options: readonly Choice[]
}

/** One of a few. */
export function SelectField(props: SelectFieldProps): JSX.Element {
  return (
    <Field {...props}>
      <select {...control(props)}>
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === props.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  )
}

export type FileFieldProps = FieldProps

/** A file. What was sent is never sent back, so it is chosen again after an error. */
export function FileField(props: FileFieldProps): JSX.Element {
  return (
    <Field {...props}>
      <input type="file" {...control(props)} />
    </Field>
  )
}

export type CheckboxProps = {
  /** The name that the form posts. */
  readonly name: string
  /** What is posted when it is ticked. */
  readonly value: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly required?: boolean
  /** Why it is disabled, or what else to know; read out with the label. */
  readonly note?: Child
  /** The label. */
  readonly children: Child
}

/** A box to tick; the whole line is its target. */
export function Checkbox(props: CheckboxProps): JSX.Element {
  return (
    <label class={props.disabled === true ? 'check check-disabled' : 'check'}>
      <input
        type="checkbox"
        name={props.name}
        value={props.value}
        checked={props.checked}
        disabled={props.disabled}
        required={props.required}
      />
      <span class="check-text">
        {props.children}
        {props.note !== undefined && <span class="check-note"> {props.note}</span>}
      </span>
    </label>
  )
}

function Field(props: FieldProps & { readonly children: Child }): JSX.Element {
  const id = fieldId(props.name)
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.children}
      {hasError(props) && (
        <p class="field-error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </div>
  )
}

/** The attributes that tie a control to its label, hint and error. */
function control(props: FieldProps) {
  const id = fieldId(props.name)
  const described = [
    ...(hasError(props) ? [`${id}-error`] : []),
    ...(props.hint === undefined ? [] : [`${id}-hint`]),
  ]
  return {
    id,
    name: props.name,
    'aria-invalid': hasError(props) ? 'true' : undefined,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
    autofocus: isFirstError(props) ? true : undefined,
  }
}

/** The attributes that keep browsers from correcting what only a machine reads. */
function writing(text: 'prose' | 'code' = 'prose') {
  return text === 'code'
    ? ({ class: 'code', spellcheck: false, autocapitalize: 'off', autocomplete: 'off' } as const)
    : {}
}

/** The id of the control of a field, for a link that leads to it. */
export const fieldId = (name: string): string => `field-${name}`

const isFirstError = (props: FieldProps): boolean => props.isFirstError === true && hasError(props)

const hasError = (props: FieldProps): boolean => props.error !== undefined && props.error !== null
