import type { JSX } from 'hono/jsx/jsx-runtime'

/** What can be done with a column. Paths are ready for a link. */
export type ColumnMenuProps = {
  /** The column. */
  readonly name: string
  /** Tells the menu from others on the page. */
  readonly id: string
  /** What the column holds: its type, what it is for. */
  readonly notes: readonly string[]
  readonly items: readonly { readonly label: string; readonly path: string }[]
}

/** A button that opens what can be done with a column, by mouse and by keyboard, without script. */
export function ColumnMenu({ name, id, notes, items }: ColumnMenuProps): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="column-menu-button"
        popovertarget={id}
        aria-label={`Options for the column ${name}`}
      >
        <span aria-hidden="true">⋮</span>
      </button>
      <div class="column-menu" id={id} popover="auto">
        {notes.map((note) => (
          <p>{note}</p>
        ))}
        <ul>
          {items.map((item) => (
            <li>
              <a href={item.path}>{item.label}</a>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}
