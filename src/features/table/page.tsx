import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Table } from '../../database/database.ts'
import type { JsonObject } from '../../http/json.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyAs, type CopyAsProps } from '../../ui/copy-as.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FacetList, type FacetPanel } from '../../ui/facet-list.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageActions, type PageActionsProps } from '../../ui/page-actions.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Tag } from '../../ui/tag.tsx'
import { MetadataText, metadataTitle } from '../metadata-text.tsx'
import { ColumnChooser, type ColumnChooserProps } from './column-chooser.tsx'
import { FilterForm, type FilterFormProps } from './filter-form.tsx'
import { RowsTable, type RowsTableProps } from './rows-table.tsx'
import { SearchForm, type SearchFormProps } from './search-form.tsx'

/** A link with its words, ready for a page. */
type NamedLink = { readonly label: string; readonly path: string }

export type TablePageProps = RowsTableProps & {
  readonly metadata: JsonObject
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  /** How many rows there are, and which: "16 rows where shelf = "POE"". */
  readonly summary: string
  /** Whether the page holds fewer rows than were asked for, and the others follow on the next. */
  readonly stopsEarly: boolean
  /** What this reader may do here; empty for nothing. */
  readonly actions: PageActionsProps['actions']
  /** The SQL conditions that the rows meet. */
  readonly conditions: readonly string[]
  /** Parameters that name a comparison that does not exist. */
  readonly unknownFilters: readonly string[]
  /** Names in filters that no column has. */
  readonly unknownColumns: readonly string[]
  /** The table with all its rows; null when they are shown. */
  readonly allPath: string | null
  /** Null for a table that cannot be searched. */
  readonly searchForm: SearchFormProps | null
  readonly filterForm: FilterFormProps
  readonly columnChooser: ColumnChooserProps
  readonly facets: readonly FacetPanel[]
  /** Columns whose facet took too long. */
  readonly slowFacets: readonly string[]
  /** Facets that could be added. */
  readonly suggestions: readonly NamedLink[]
  /** Null on the first page. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
  /** The same rows in other formats. */
  readonly formats: readonly NamedLink[]
  readonly copyAs: CopyAsProps
  readonly sql: string
  /** The query page with this SQL; null for readers who may not run SQL. */
  readonly sqlPath: string | null
}

/** One page of a table's or view's rows. */
export function TablePage(props: TablePageProps): JSX.Element {
  const { table, metadata, rows } = props
  return (
    <>
      <h1>
        <bdi>{metadataTitle(metadata) ?? table.name}</bdi>{' '}
        {table.kind === 'view' && <Tag kind="neutral">view</Tag>}{' '}
        {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <MetadataText metadata={metadata} />
      <Summary {...props} />
      <PageActions actions={props.actions} />
      {props.searchForm !== null && <SearchForm {...props.searchForm} />}
      <details class="fold" open={props.filterForm.filters.length > 0}>
        <summary>Filter and sort</summary>
        <FilterForm {...props.filterForm} />
      </details>
      {props.columnChooser.columns.length > 0 && (
        <details class="fold">
          <summary>Choose columns</summary>
          <ColumnChooser {...props.columnChooser} />
        </details>
      )}
      <Facets {...props} />
      {props.stopsEarly && (
        <Notice kind="info" title={`${rowsOnThisPage(rows.length)}, fewer than asked for`}>
          <p>They are large, and a page has room for so much. The others follow on the next page.</p>
        </Notice>
      )}
      {rows.length === 0 ? (
        <NoRows
          kind={table.kind}
          isFirstPage={props.firstPath === null}
          isFiltered={props.allPath !== null}
        />
      ) : (
        <div data-chart>
          <RowsTable {...props} />
        </div>
      )}
      {(rows.length > 0 || props.firstPath !== null) && (
        <Pager summary={rowsOnThisPage(rows.length)} firstPath={props.firstPath} nextPath={props.nextPath} />
      )}
      <CopyAs {...props.copyAs} />
      <details class="fold">
        <summary>How this page was asked for, and the schema</summary>
        <section>
          <h2>SQL</h2>
          <CodeBlock label="the SQL" text={props.sql} />
        </section>
        <section>
          <h2>Schema</h2>
          <CodeBlock label="the schema" text={table.sql} />
        </section>
      </details>
    </>
  )
}

function Summary(props: TablePageProps): JSX.Element {
  return (
    <>
      <p>
        {props.summary}
        {props.conditions.length > 0 && <>, only those with {props.conditions.map(conditionText)}</>}.
        {props.allPath !== null && (
          <>
            {' '}
            <a href={props.allPath}>Show all rows</a>
          </>
        )}
      </p>
      {props.unknownColumns.length > 0 && (
        <Notice kind="warning" title={`There is no column ${props.unknownColumns.join(', ')}`}>
          <p>The filter compares its name itself, as a text. Take it away, or choose another column.</p>
        </Notice>
      )}
      {props.unknownFilters.length > 0 && (
        <Notice kind="warning" title={`Not a filter: ${props.unknownFilters.join(', ')}`}>
          <p>There is no comparison of that name, so all rows are here that meet the other conditions.</p>
        </Notice>
      )}
      <p class="fine-print">
        <span>
          This data as{' '}
          {props.formats.map(({ label, path }, place) => (
            <>
              {place > 0 && ', '}
              <a href={path}>{label}</a>
            </>
          ))}
        </span>
        {props.sqlPath !== null && (
          <span>
            <a href={props.sqlPath}>View and edit SQL</a>
          </span>
        )}
      </p>
    </>
  )
}

function Facets({ facets, slowFacets, suggestions }: TablePageProps): JSX.Element {
  return (
    <>
      {suggestions.length > 0 && (
        <p class="suggestions">
          Suggested facets:{' '}
          {suggestions.map(({ label, path }) => (
            <>
              <a href={path}>
                <bdi>{label}</bdi>
              </a>{' '}
            </>
          ))}
        </p>
      )}
      {slowFacets.length > 0 && (
        <Notice kind="info" title={`Counting took too long for ${slowFacets.join(', ')}`}>
          <p>With a filter there are fewer rows to count.</p>
        </Notice>
      )}
      {facets.length > 0 && <FacetList facets={facets} />}
    </>
  )
}

type NoRowsProps = {
  readonly kind: Table['kind']
  readonly isFirstPage: boolean
  readonly isFiltered: boolean
}

function NoRows({ kind, isFirstPage, isFiltered }: NoRowsProps): JSX.Element {
  if (!isFirstPage) {
    return (
      <EmptyState title="No more rows">
        <p>The {kind} ends before this page. The first page is where it starts.</p>
      </EmptyState>
    )
  }
  return isFiltered ? (
    <EmptyState title="No such rows">
      <p>No row of this {kind} meets all conditions. Take one away, or show all rows.</p>
    </EmptyState>
  ) : (
    <EmptyState title="No rows here">
      <p>Rows that are added to this {kind} show up on this page.</p>
    </EmptyState>
  )
}

function conditionText(condition: string, place: number): JSX.Element {
  return (
    <>
      {place > 0 && ' and '}
      <code>{condition}</code>
    </>
  )
}

function rowsOnThisPage(count: number): string {
  return count === 1 ? 'One row on this page' : `${count.toLocaleString('en')} rows on this page`
}
