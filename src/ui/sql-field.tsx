import type { JSX } from 'hono/jsx/jsx-runtime'
import { TextArea, type TextAreaProps } from './field.tsx'

export type SqlFieldProps = Pick<TextAreaProps, 'label' | 'hint' | 'error' | 'value' | 'rows'> & {
  /** Where the editor learns the names of tables and columns, ready for a link. */
  readonly columnsPath: string
}

/** A statement to write, posted as `sql`. The script of the page puts an editor in the place of the plain text area. */
export function SqlField({ columnsPath, ...props }: SqlFieldProps): JSX.Element {
  return (
    <div data-sql-field={columnsPath}>
      <TextArea {...props} name="sql" required text="code" />
    </div>
  )
}
