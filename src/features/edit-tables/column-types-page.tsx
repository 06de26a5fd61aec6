import type { Column } from '../../database/database.ts'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { KeyValueList } from '../../ui/key-value-list.tsx'
import { FormProblem } from './form-problem.tsx'

/** What a text column can be said to hold: the type, its name, and what that does. */
const TYPES = [
  { value: 'url', label: 'Web address', meaning: 'Begins with http:// or https:// and is shown as a link.' },
  { value: 'email', label: 'Email address', meaning: 'Has the form name@host.' },
  { value: 'json', label: 'JSON', meaning: 'Must be valid JSON.' },
  { value: 'textarea', label: 'Long text', meaning: 'Anything, written in a field of several lines.' },
] as const

/** The choice that takes a type away. */
export const NO_TYPE = ''

export type ColumnTypesPageProps = {
  readonly action: string
  readonly cancelPath: string
  readonly table: string
  /** The text columns, each with the type that it has. */
  readonly columns: readonly { readonly name: string; readonly field: string; readonly type: string }[]
  /** The columns that can have no type, as they are declared. */
  readonly others: readonly Pick<Column, 'name' | 'type'>[]
  /** Why nothing was changed. */
  readonly problem: string | null
}

/** Asks what the text columns of a table hold. */
export function ColumnTypesPage(props: ColumnTypesPageProps): JSX.Element {
  const { table, columns, others, problem } = props
  return (
    <>
      <h1>
        What the columns of <bdi class="name">{table}</bdi> hold
      </h1>
      <FormProblem problem={problem} errors={new Map()} unchanged="No type was set." />
      <p>
        To SQLite one text is like another. With a type, values that are written from now on are checked, and
        forms ask for them in a fitting field. Values that are there stay as they are.
      </p>
      {columns.length === 0 ? (
        <EmptyState title="No text columns here">
          <p>A column of text, which can be added to the table, would be listed here.</p>
        </EmptyState>
      ) : (
        <>
          <KeyValueList items={TYPES.map(({ label, meaning }) => ({ label, value: meaning }))} />
          <form method="post" action={props.action} class="form">
            {columns.map(({ name, field, type }) => (
              <SelectField
                name={field}
                label={name}
                value={type}
                options={[
                  { value: NO_TYPE, label: 'Any text' },
                  ...TYPES,
                  // A type of the configuration that nobody can choose here stays what it is.
                  ...(type === NO_TYPE || TYPES.some(({ value }) => value === type)
                    ? []
                    : [{ value: type, label: type }]),
                ]}
              />
            ))}
            <FormActions cancelPath={props.cancelPath}>
              <Button kind="primary">Set the types</Button>
            </FormActions>
          </form>
        </>
      )}
      {others.length > 0 && (
        <p class="fine-print">
          Only columns declared as text can have a type. These are declared otherwise:{' '}
          {others.map(({ name, type }, place) => (
            <>
              {place > 0 && ', '}
              <bdi class="name">{name}</bdi> ({type === '' ? 'no type' : type})
            </>
          ))}
          .{others.some(({ type }) => type.toUpperCase() === 'JSON') && ' Forms check JSON all the same.'}
        </p>
      )}
    </>
  )
}
