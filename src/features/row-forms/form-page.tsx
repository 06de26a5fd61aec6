import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { fieldId } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { fieldNames } from './field-state.ts'
import { RowField, type RowFieldProps } from './row-field.tsx'

export type RowFormPageProps = {
  readonly heading: Child
  /** Where the form posts to. */
  readonly action: string
  readonly submit: string
  /** The way out, ready for a link. */
  readonly cancelPath: string
  readonly fields: readonly RowFieldProps[]
  /** Most bytes that the form may have; 0 for no limit. */
  readonly maxBytes: number
  /** Columns that the database computes. */
  readonly computed: readonly string[]
  /** Why the form is here again; null when it is new. */
  readonly problem: {
    readonly kind: 'warning' | 'danger'
    readonly title: string
    readonly text: string
  } | null
  /** What else can be done here. */
  readonly children?: Child
}

/** A form with a field for each column of a row. Goes into a narrow page. */
export function RowFormPage(props: RowFormPageProps): JSX.Element {
  const { fields, computed, problem } = props
  const faulty = fields.filter(({ fault }) => fault !== null)
  const hasFiles = fields.some(({ isFile }) => isFile)
  return (
    <>
      <h1>{props.heading}</h1>
      {problem !== null && (
        <Notice kind={problem.kind} title={problem.title}>
          <p>{problem.text}</p>
          {faulty.length > 0 && (
            <ul class="plain-list">
              {faulty.map(({ field: { column }, fault }) => (
                <li>
                  <a href={`#${fieldId(fieldNames(column).value)}`}>{column}</a>: {fault}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      {props.children}
      <form
        method="post"
        action={props.action}
        class="form"
        data-max-bytes={props.maxBytes}
        enctype={hasFiles ? 'multipart/form-data' : undefined}
      >
        {fields.map((field) => (
          <RowField {...field} isFirstError={field === faulty[0]} />
        ))}
        {computed.length > 0 && <p class="field-hint">Computed by the database: {computed.join(', ')}.</p>}
        <FormActions cancelPath={props.cancelPath}>
          <Button kind="primary">{props.submit}</Button>
        </FormActions>
      </form>
    </>
  )
}
