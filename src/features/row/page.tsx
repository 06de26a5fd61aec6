import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Cell } from '../../database/cells.ts'
import { keyNames } from '../../database/row-key.ts'
import { LinkButton } from '../../ui/button.tsx'
import { KeyValueList } from '../../ui/key-value-list.tsx'
import { Tag } from '../../ui/tag.tsx'
import { rowCells, type RowCellsOptions } from '../cells/row-cells.tsx'

export type RowPageProps = RowCellsOptions & {
  /** The values in the order of `columns`. */
  readonly row: readonly Cell[]
  /** The key as the address has it. */
  readonly keyValues: readonly string[]
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  readonly jsonPath: string
  /** Where this reader edits the row; null for those who may not. Ready for a link, like the next. */
  readonly editPath: string | null
  readonly deletePath: string | null
  /** What the row is called; null to be called by its key. */
  readonly label: string | null
  /** Rows of other tables that refer to this one. Paths are ready for a link. */
  readonly referring: readonly { readonly label: string; readonly path: string }[]
}

/** One row: its key first, a line for each value. */
export function RowPage(props: RowPageProps): JSX.Element {
  const { table, columns } = props
  const cells = rowCells(props.row, props)
  const items = columns.map((name, place) => ({ label: name, value: cells[place] ?? '' }))
  const key = keyNames(table)
  const isKey = ({ label }: { readonly label: string }) => key.includes(label)
  const keyItems = items.filter(isKey).map(({ label, value }) => ({ label, value: <strong>{value}</strong> }))
  return (
    <>
      <h1>
        <bdi>{props.label ?? props.keyValues.join(', ')}</bdi>{' '}
        {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <p class="fine-print">
        This row as <a href={props.jsonPath}>JSON</a>
      </p>
      {(props.editPath !== null || props.deletePath !== null) && (
        <div class="actions">
          {props.editPath !== null && (
            <LinkButton kind="plain" path={props.editPath}>
              Edit row
            </LinkButton>
          )}
          {props.deletePath !== null && (
            <LinkButton kind="plain" path={props.deletePath}>
              Delete row
            </LinkButton>
          )}
        </div>
      )}
      <KeyValueList items={[...keyItems, ...items.filter((item) => !isKey(item))]} />
      {props.referring.length > 0 && (
        <section>
          <h2>Rows that refer to this one</h2>
          <ul class="rows">
            {props.referring.map(({ label, path }) => (
              <li>
                <a href={path}>
                  <bdi>{label}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
