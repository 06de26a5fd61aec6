import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/field.tsx'

export type ColumnChooserProps = {
  /** The table, ready for a link. */
  readonly action: string
  /** Columns outside the key, which is always shown. */
  readonly columns: readonly { readonly name: string; readonly isShown: boolean }[]
  /** Parameters that stay as they are. */
  readonly hidden: readonly (readonly [string, string])[]
}

/** Chooses the columns that are shown. */
export function ColumnChooser({ action, columns, hidden }: ColumnChooserProps): JSX.Element {
  return (
    <form class="column-chooser" method="get" action={action} aria-label="Columns that are shown">
      {hidden.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <div class="column-choices">
        {columns.map(({ name, isShown }) => (
          <Checkbox name="_col" value={name} checked={isShown}>
            <bdi>{name}</bdi>
          </Checkbox>
        ))}
      </div>
      <div class="actions">
        <Button kind="plain">Show these columns</Button>
      </div>
    </form>
  )
}
