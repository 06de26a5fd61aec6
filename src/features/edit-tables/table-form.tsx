import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import type { FieldErrors } from './column-form.ts'
import { KeptFields, STEP } from './kept-fields.tsx'

export type TableFormProps = {
  readonly action: string
  readonly cancelPath: string
  /** What the table is called in the form. */
  readonly table: string
  readonly errors: FieldErrors
  /** What the form is about besides its fields; it travels unseen. */
  readonly about: readonly [name: string, value: string]
  /** What the button says that leads to the preview. */
  readonly preview: string
  /** Whether it has columns, to which one more can be added. */
  readonly takesColumns: boolean
  readonly children: Child
}

/** Asks what a table is to be: its name, what stands between, and the ways on from here. */
export function TableForm(props: TableFormProps): JSX.Element {
  return (
    <form method="post" action={props.action} class="form">
      <KeptFields fields={[props.about]} />
      <TextField
        name="table"
        label="Name of the table"
        value={props.table}
        text="code"
        required
        error={props.errors.get('table') ?? null}
      />
      {props.children}
      <FormActions cancelPath={props.cancelPath}>
        <Button kind="primary" field={{ name: STEP, value: 'preview' }}>
          {props.preview}
        </Button>
        {props.takesColumns && (
          <Button kind="plain" field={{ name: STEP, value: 'add-column' }} skipsValidation>
            Add another column
          </Button>
        )}
      </FormActions>
    </form>
  )
}

export type PreviewFormProps = {
  readonly action: string
  /** Every field of the form before, to be sent again. */
  readonly fields: readonly (readonly [string, string])[]
  readonly cancelPath: string
  /** The button that does it; null where it cannot be done. */
  readonly run: { readonly label: string; readonly kind: 'primary' | 'danger' } | null
}

/** Asks whether what was shown is to be done. */
export function PreviewForm({ action, fields, cancelPath, run }: PreviewFormProps): JSX.Element {
  return (
    <form method="post" action={action} class="form">
      <KeptFields fields={fields} />
      <FormActions cancelPath={cancelPath}>
        {run !== null && (
          <Button kind={run.kind} field={{ name: STEP, value: 'run' }}>
            {run.label}
          </Button>
        )}
        <Button kind="plain" field={{ name: STEP, value: 'edit' }}>
          Change something
        </Button>
      </FormActions>
    </form>
  )
}
