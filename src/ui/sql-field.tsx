import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextArea, type TextAreaProps } from './field.tsx'

export type SqlFieldProps = Pick<TextAreaProps, 'label' | 'hint' | 'error' | 'value' | 'rows'> & {
  /** The address at which the editor learns the names of tables and columns, ready for a link; null to complete none. */
  readonly columnsPath: string | null
}

/**
 * Where people write SQL, which the form sends as `sql` to `/:database/-/query`. There is one in a form, and it must not be
 * empty. The script of the page puts an editor in the place of the text area.
 */
export function SqlField({ columnsPath, ...props }: SqlFieldProps): JSX.Element {
  return (
    <div data-sql-field={columnsPath ?? ''}>
      <TextArea {...props} name="sql" required text="code" />
    </div>
  )
}
