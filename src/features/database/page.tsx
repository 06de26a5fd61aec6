import type { JSX } from 'hono/jsx/jsx-runtime'
import type { JsonObject } from '../../http/json.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Pager } from '../../ui/pager.tsx'
import { SqlField } from '../../ui/sql-field.tsx'
import { Tag } from '../../ui/tag.tsx'
import { MetadataText, metadataTitle } from '../metadata-text.tsx'
import { isTruncated, type RowCount } from '../table-counts.ts'
import type { ContentsItem } from './contents.ts'

export type DatabasePageProps = {
  readonly name: string
  readonly metadata: JsonObject
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  readonly items: readonly DatabaseItem[]
  /** The first stored queries; empty on further pages of tables. */
  readonly queries: readonly DatabaseQuery[]
  /** Where all of them are. */
  readonly allQueries: { readonly count: number; readonly path: string }
  /** What is shown of how much. */
  readonly summary: string
  /** Null on the first page. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
  /** Shows the hidden tables too; null when they are shown or there are none. */
  readonly hidden: { readonly count: number; readonly path: string } | null
  readonly jsonPath: string
  /** Where SQL is sent; null for readers who may not run SQL. */
  readonly queryPath: string | null
}

/** A table or view as a line of the page. `path` is ready for a link. */
export type DatabaseItem = ContentsItem & {
  readonly path: string
  readonly isPrivate: boolean
  readonly columns: readonly string[]
  /** Null for views, and for tables that took too long to count. */
  readonly count: RowCount
}

/** A stored query as a line of the page. `path` is ready for a link. */
export type DatabaseQuery = {
  readonly label: string
  readonly description: string
  readonly path: string
  readonly isPrivate: boolean
}

/** Columns that a line names before it says how many more there are. */
const NAMED_COLUMNS = 12

/** What is in a database. */
export function DatabasePage(props: DatabasePageProps): JSX.Element {
  return (
    <>
      <h1>
        <bdi>{metadataTitle(props.metadata) ?? props.name}</bdi>{' '}
        {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <MetadataText metadata={props.metadata} />
      <p class="fine-print">
        This list as <a href={props.jsonPath}>json</a>
      </p>
      {props.items.length === 0 ? (
        <EmptyState title="No tables to see here">
          <p>There may be some for people who are signed in.</p>
        </EmptyState>
      ) : (
        <DataTable
          label={`Tables and views of ${props.name}`}
          columns={[
            { label: 'Name', kind: 'key', sort: null },
            { label: 'Rows', kind: 'number', sort: null },
            { label: 'Columns', kind: 'text', sort: null },
          ]}
          rows={props.items.map((item) => [
            <ItemLink {...item} label={item.name} sort={SORTS[item.kind]} />,
            rowCount(item.count),
            columnNames(item.columns),
          ])}
        />
      )}
      {(props.firstPath !== null || props.nextPath !== null) && (
        <Pager summary={props.summary} firstPath={props.firstPath} nextPath={props.nextPath} />
      )}
      {props.hidden !== null && (
        <p>
          <a href={props.hidden.path}>
            … and {props.hidden.count.toLocaleString('en')} hidden{' '}
            {props.hidden.count === 1 ? 'table' : 'tables'}
          </a>
        </p>
      )}
      {props.queries.length > 0 && (
        <section>
          <h2>Queries</h2>
          <DataTable
            label={`Queries of ${props.name}`}
            columns={[
              { label: 'Name', kind: 'key', sort: null },
              { label: 'Description', kind: 'text', sort: null },
            ]}
            rows={props.queries.map((query) => [<ItemLink {...query} sort={null} />, query.description])}
          />
          {props.allQueries.count > props.queries.length && (
            <p>
              <a href={props.allQueries.path}>All {props.allQueries.count.toLocaleString('en')} queries</a>
            </p>
          )}
        </section>
      )}
      {props.queryPath !== null && (
        <form class="form" method="get" action={props.queryPath} data-query>
          <SqlField label="Ask with SQL" value="" rows={3} />
          <div class="actions">
            <Button kind="primary">Run SQL</Button>
          </div>
        </form>
      )}
    </>
  )
}

type ItemLinkProps = {
  readonly label: string
  readonly path: string
  readonly isPrivate: boolean
  /** What sort of thing it is, where that is not plain. */
  readonly sort: string | null
}

function ItemLink({ label, path, isPrivate, sort }: ItemLinkProps): JSX.Element {
  return (
    <>
      <a href={path}>
        <bdi>{label}</bdi>
      </a>{' '}
      {sort !== null && <Tag kind="neutral">{sort}</Tag>} {isPrivate && <Tag kind="neutral">private</Tag>}
    </>
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
