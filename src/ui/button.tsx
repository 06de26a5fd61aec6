import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

/** `primary` is the one thing a form is for, `plain` everything else, `danger` what cannot be undone. */
export type ButtonKind = 'primary' | 'plain' | 'danger'

export type ButtonProps = {
  readonly kind: ButtonKind
  /** The field that tells the server which button was pressed; none by default. */
  readonly field?: { readonly name: string; readonly value: string }
  readonly disabled?: boolean
  /** Lets the form go although required fields are empty, for buttons that turn the question down. */
  readonly skipsValidation?: boolean
  readonly children: Child
}

/** A button that submits the form around it. */
export function Button({ kind, field, disabled, skipsValidation, children }: ButtonProps): JSX.Element {
  return (
    <button
      type="submit"
      class={`button button-${kind}`}
      name={field?.name}
      value={field?.value}
      disabled={disabled}
      formnovalidate={skipsValidation}
    >
      {children}
    </button>
  )
}

export type LinkButtonProps = {
  readonly kind: 'primary' | 'plain'
  /** Ready for a link. */
  readonly path: string
  /** Opens in a new tab, for a page that must not be left; the text says so. */
  readonly isApart?: boolean
  readonly children: Child
}

/** A link that looks like a button, for the next step when that step only asks for a page. */
export function LinkButton({ kind, path, isApart = false, children }: LinkButtonProps): JSX.Element {
  return (
    <a class={`button button-${kind}`} href={path} target={isApart ? '_blank' : undefined}>
      {children}
    </a>
  )
}
