import type { JSX } from 'hono/jsx/jsx-runtime'
import { ConfirmStep } from '../../ui/confirm-step.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ConsequenceList, type Consequence } from '../consequence-list.tsx'
import { plainWords } from '../plain-words.ts'
import type { Dependant } from './what-names-it.ts'

export type DropPageProps = {
  readonly action: string
  readonly cancelPath: string
  readonly table: string
  /** How many rows would be lost; null when counting them takes too long. */
  readonly rowCount: number | null
  readonly consequences: readonly Consequence[]
  readonly dependants: readonly Dependant[]
  /** What was written in place of the table's name; empty at first. */
  readonly typed: string
  /** What is wrong with it. */
  readonly error: string | null
  /** Why the table is still there. */
  readonly problem: string | null
}

/** Asks once before a table is gone, by having its name written. */
export function DropPage(props: DropPageProps): JSX.Element {
  const { table, rowCount, consequences, dependants, problem } = props
  return (
    <ConfirmStep
      question={
        <>
          Drop the table <bdi class="name">{table}</bdi>?
        </>
      }
      action={props.action}
      confirm={{ label: 'Drop table', name: 'step', value: 'run' }}
      cancel={{ label: 'Keep it', path: props.cancelPath }}
      fields={
        <TextField
          name="table"
          label="Write the name of the table to drop it"
          value={props.typed}
          text="code"
          required
          error={props.error}
        />
      }
    >
      {problem !== null && (
        <Notice kind="danger" title={plainWords(problem)}>
          <p>The table is still there, with all its rows.</p>
        </Notice>
      )}
      <p>
        <strong>{rowsWords(rowCount)}</strong> will be deleted, and its indexes and triggers with them. This
        cannot be undone.
      </p>
      {consequences.length > 0 && (
        <Notice kind="warning" title="Rows of other tables refer to this one">
          <ConsequenceList consequences={consequences} />
        </Notice>
      )}
      {dependants.length > 0 && (
        <Notice kind="warning" title="These need the table">
          <ul class="plain-list">
            {dependants.map(({ kind, name, path }) => (
              <li>
                <a href={path}>
                  <bdi>{name}</bdi>
                </a>{' '}
                ({kind})
              </li>
            ))}
          </ul>
          <p>Views and queries that read it stop working, and no new row can refer to it.</p>
        </Notice>
      )}
      <p class="explain">
        Permission rules, tokens and apps that name this table stay as they are, and will hold for a new table
        of this name.
      </p>
    </ConfirmStep>
  )
}

function rowsWords(count: number | null): string {
  if (count === null) return 'All its rows (too many to count here)'
  if (count === 0) return 'The table, which has no rows,'
  return count === 1 ? 'Its one row' : `All its ${count.toLocaleString('en')} rows`
}
