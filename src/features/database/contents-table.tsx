import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Pager } from '../../ui/pager.tsx'
import { isTruncated, type RowCount } from '../table-counts.ts'
import type { ContentsItem } from './contents.ts'
import { ItemLink } from './item-link.tsx'

export type ContentsTableProps = {
  readonly name: string
  readonly items: readonly DatabaseItem[]
  /** The form that finds tables and views by name; null where there are too few to look for. */
  readonly search: ContentsSearch | null
  /** What is shown of how much. */
  readonly summary: string
  /** Null on the first page. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
  /** Shows the hidden tables too; null when they are shown or there are none. */
  readonly hidden: { readonly count: number; readonly path: string } | null
}

export type ContentsSearch = {
  /** The page of the database, ready for a link. */
  readonly action: string
  /** What is looked for; empty for nothing. */
  readonly words: string
  /** Parameters that stay as they are. */
  readonly kept: readonly (readonly [string, string])[]
}

/** A table or view as a line of the page. `path` is ready for a link. */
export type DatabaseItem = ContentsItem & {
  readonly path: string
  readonly isPrivate: boolean
  readonly columns: readonly string[]
  /** Null for views, and for tables that took too long to count. */
  readonly count: RowCount
}

/** Columns that a line names before it says how many more there are. */
const NAMED_COLUMNS = 12

/** The tables and views of a database, a page of them at a time. */
export function ContentsTable(props: ContentsTableProps): JSX.Element {
  const { name, items, search, hidden } = props
  return (
    <>
      {search !== null && (
        <>
          <SearchForm {...search} />
          {items.length > 0 && <p class="fine-print">{props.summary}</p>}
        </>
      )}
      {items.length === 0 ? (
        <NothingHere search={search} />
      ) : (
        <DataTable
          label={`Tables and views of ${name}`}
          columns={[
            { label: 'Name', kind: 'key', sort: null },
            { label: 'Rows', kind: 'number', sort: null },
            { label: 'Columns', kind: 'text', sort: null },
          ]}
          rows={items.map((item) => [
            <ItemLink {...item} label={item.name} sort={SORTS[item.kind]} />,
            rowCount(item.count),
            columnNames(item.columns),
          ])}
        />
      )}
      {(props.firstPath !== null || props.nextPath !== null) && (
        <Pager summary={props.summary} firstPath={props.firstPath} nextPath={props.nextPath} />
      )}
      {hidden !== null && (
        <p>
          <a href={hidden.path}>
            … and {hidden.count.toLocaleString('en')} hidden {hidden.count === 1 ? 'table' : 'tables'}
          </a>
        </p>
      )}
    </>
  )
}

function SearchForm({ action, words, kept }: ContentsSearch): JSX.Element {
  return (
    <form class="search-form" method="get" action={action} role="search">
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <input
        type="search"
        name="q"
        aria-label="A part of the name of a table or view"
        placeholder="Part of a name"
        value={words}
      />
      <Button kind="plain">Find</Button>
    </form>
  )
}

function NothingHere({ search }: Pick<ContentsTableProps, 'search'>): JSX.Element {
  if (search === null || search.words === '') {
    return (
      <EmptyState title="No tables to see here">
        <p>There may be some for people who are signed in.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState title="Nothing found">
      <p>
        No table or view that you may see has this in its name. <a href={search.action}>Show all of them</a>
      </p>
    </EmptyState>
  )
}

/** The word beside the name of a table or view that is not an ordinary table. */
const SORTS = { table: null, 'hidden table': 'hidden', view: 'view' } as const

function columnNames(columns: readonly string[]): string {
  const named = columns.slice(0, NAMED_COLUMNS).join(', ')
  const more = columns.length - NAMED_COLUMNS
  return more > 0 ? `${named} and ${more.toLocaleString('en')} more` : named
}

function rowCount(count: RowCount): string {
  if (count === null) return ''
  return isTruncated(count) ? `>${(count - 1).toLocaleString('en')}` : count.toLocaleString('en')
}
