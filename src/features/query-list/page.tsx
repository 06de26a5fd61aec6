import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { DataTable, type DataColumn } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Tag } from '../../ui/tag.tsx'
import type { StoredQuery } from '../feature-deps.ts'
import type { QueryFacet } from './facets.ts'
import type { QueryFilters } from './filters.ts'

export type QueryListPageProps = {
  /** Null for the list of all databases. */
  readonly database: string | null
  /** Where the form goes, ready for a link. */
  readonly action: string
  readonly filters: QueryFilters
  readonly facets: readonly QueryFacet[]
  readonly items: readonly QueryListItem[]
  /** Null on the first page. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
  readonly jsonPath: string
}

/** A stored query as a line of the page. `path` is ready for a link. */
export type QueryListItem = {
  readonly query: StoredQuery
  readonly isPrivate: boolean
  readonly database: string
  readonly path: string
}

/** Stored queries, to be looked through and chosen from. */
export function QueryListPage(props: QueryListPageProps): JSX.Element {
  const { database, items } = props
  return (
    <>
      <h1>
        Queries
        {database !== null && (
          <>
            {' of '}
            <bdi>{database}</bdi>
          </>
        )}
      </h1>
      <FilterForm {...props} />
      <p class="fine-print">
        This list as <a href={props.jsonPath}>json</a>
      </p>
      {items.length === 0 ? (
        <EmptyState title="No queries to see here">
          <p>
            The configuration gives SQL a name and an address. There may be more for people who are signed in.
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Queries"
          columns={columnsOf(database)}
          rows={items.map((item) => [
            <QueryLink {...item} />,
            ...(database === null ? [<bdi>{item.database}</bdi>] : []),
            item.query.description ?? '',
          ])}
        />
      )}
      {(props.firstPath !== null || props.nextPath !== null) && (
        <Pager
          summary={items.length === 1 ? 'One query' : `${items.length.toLocaleString('en')} queries`}
          firstPath={props.firstPath}
          nextPath={props.nextPath}
        />
      )}
    </>
  )
}

function columnsOf(database: string | null): readonly DataColumn[] {
  const text = (label: string): DataColumn => ({ label, kind: 'text', sort: null })
  return [
    { label: 'Name', kind: 'key', sort: null },
    ...(database === null ? [text('Database')] : []),
    text('Description'),
  ]
}

function QueryLink({ query, isPrivate, path }: QueryListItem): JSX.Element {
  return (
    <>
      <a href={path}>
        <bdi>{query.title ?? query.name}</bdi>
      </a>{' '}
      {query.write === true && <Tag kind="warning">changes data</Tag>}{' '}
      {isPrivate && <Tag kind="neutral">private</Tag>}
    </>
  )
}

function FilterForm({ action, filters, facets }: QueryListPageProps): JSX.Element {
  const [mode, visibility] = facets
  return (
    <form class="form" method="get" action={action}>
      <TextField name="q" label="Words in a name, a description or the SQL" value={filters.q} />
      <div class="field-row">
        <SelectField name="is_write" label="Mode" value={filters.is_write} options={options(mode)} />
        <SelectField
          name="is_private"
          label="Visibility"
          value={filters.is_private}
          options={options(visibility)}
        />
      </div>
      <div class="actions">
        <Button kind="plain">Show these</Button>
      </div>
    </form>
  )
}

/** The values of a facet in their order, 0 and 1, after the choice of none. */
function options(facet: QueryFacet | undefined) {
  const values = facet?.items.map(({ label, count }, value) => ({
    value: String(value),
    label: `${label} (${count.toLocaleString('en')})`,
  }))
  return [{ value: '', label: 'All' }, ...(values ?? [])]
}
