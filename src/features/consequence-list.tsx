import type { JSX } from 'hono/jsx/jsx-runtime'
import type { OnDelete, ReferringKey } from './referring-keys.ts'

/** What deleting rows does to those of a table that refer to them. */
export type Consequence = Pick<ReferringKey, 'table' | 'columns' | 'onDelete'> & {
  /** How many of them there are; null where that could not be counted. */
  readonly count: number | null
}

/** Says per foreign key what becomes of how many rows; nothing where there are none. */
export function ConsequenceList({
  consequences,
}: {
  readonly consequences: readonly Consequence[]
}): JSX.Element {
  if (consequences.length === 0) return <></>
  return (
    <ul class="rows">
      {consequences.map(({ onDelete, count, table, columns }) => (
        <li>
          <span>
            {countWords(count)} of <strong>{table}</strong> {count === 1 ? 'refers' : 'refer'} to it by{' '}
            <strong>{columns.join(', ')}</strong>. {WORDS[onDelete]}
          </span>
        </li>
      ))}
    </ul>
  )
}

function countWords(count: number | null): string {
  if (count === null) return 'Rows (too many to count here)'
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
}

const WORDS: Readonly<Record<OnDelete, string>> = {
  deletes: 'Deleted as well, and rows that refer to those may be too.',
  'sets-null': 'Kept, with NULL in its place.',
  'sets-default': 'Kept, with the default in its place.',
  refuses: 'Until that is changed, the database does not let it go.',
}
