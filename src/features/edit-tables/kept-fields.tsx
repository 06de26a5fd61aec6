import type { JSX } from 'hono/jsx/jsx-runtime'

/** Fields that a page carries on to its next step, unseen. */
export function KeptFields(props: { readonly fields: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <>
      {props.fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
}

/** The name of the button that was pressed: which step of a page comes next. */
export const STEP = 'step'

/** What was posted, without the button. */
export const keptFields = (fields: URLSearchParams): readonly (readonly [string, string])[] =>
  [...fields].filter(([name]) => name !== STEP)
