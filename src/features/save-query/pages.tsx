import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton } from '../../ui/button.tsx'
import { ConfirmStep } from '../../ui/confirm-step.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { plainWords } from '../plain-words.ts'
import { SqlField } from '../../ui/sql-field.tsx'

export type SaveQueryPageProps = {
  readonly heading: string
  /** Where the form goes, ready for a link. */
  readonly action: string
  /** Where the editor learns names, ready for a link; null for who may not ask. */
  readonly columnsPath: string | null
  /** Null for a name that stays: it is the address. */
  readonly values: {
    readonly name: string | null
    readonly sql: string
    readonly title: string
    readonly description: string
    readonly is_private: string
  }
  /** Whether there is somebody whose it could be. */
  readonly mayBePrivate: boolean
  /** Why it was not saved; null when nothing was sent yet. */
  readonly error: string | null
  readonly button: string
  /** The way out; null where there is none. */
  readonly cancelPath?: string
}

/** A query to save or to change. */
export function SaveQueryPage(props: SaveQueryPageProps): JSX.Element {
  const { values, error } = props
  const about = fieldOf(error)
  return (
    <>
      <h1>{props.heading}</h1>
      {error !== null && about === null && (
        <Notice kind="danger" title="The query was not saved">
          <p>{plainWords(error)}</p>
        </Notice>
      )}
      <form class="form" method="post" action={props.action}>
        <SqlField
          label="SQL"
          hint="One statement. A name with a colon, as in :city, becomes a field."
          value={values.sql}
          error={about === 'sql' && error !== null ? plainWords(error) : null}
          rows={6}
          columnsPath={props.columnsPath}
        />
        {values.name !== null && (
          <TextField
            name="name"
            label="Name in the address"
            hint="Without a dot or a slash; it cannot be changed later."
            value={values.name}
            error={about === 'name' && error !== null ? plainWords(error) : null}
            text="code"
            required
          />
        )}
        <TextField name="title" label="Title" value={values.title} />
        <TextArea name="description" label="Description" value={values.description} rows={2} />
        <SelectField
          name="is_private"
          label="Who may see it"
          value={values.is_private}
          options={[
            ...(props.mayBePrivate ? [{ value: '1', label: 'Only I' }] : []),
            { value: '0', label: 'Everybody who may look at the database' },
          ]}
        />
        <div class="actions">
          <Button kind="primary">{props.button}</Button>
          {props.cancelPath !== undefined && (
            <LinkButton kind="plain" path={props.cancelPath}>
              Leave it as it is
            </LinkButton>
          )}
        </div>
      </form>
    </>
  )
}

/** The field that a message is about; null for none. */
function fieldOf(error: string | null): 'name' | 'sql' | null {
  if (error === null) return null
  if (/^(?:Query name|Invalid query name|Query already)/u.test(error)) return 'name'
  return /SQL|analyze|parameters|Statement/u.test(error) ? 'sql' : null
}

export type DeleteQueryPageProps = {
  readonly title: string
  readonly action: string
  readonly cancelPath: string
}

/** Asks once more before a query is gone. */
export function DeleteQueryPage({ title, action, cancelPath }: DeleteQueryPageProps): JSX.Element {
  return (
    <ConfirmStep
      question={`Delete the query “${title}”?`}
      action={action}
      confirm={{ label: 'Delete the query', name: 'confirm', value: '1' }}
      cancel={{ label: 'Keep it', path: cancelPath }}
    >
      <p>Its address stops working for everybody. No data is deleted.</p>
    </ConfirmStep>
  )
}
