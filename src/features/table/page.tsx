import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Cell } from '../../database/cells.ts'
import type { Table } from '../../database/database.ts'
import type { JsonObject } from '../../http/json.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { DataTable, type DataColumn } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Tag } from '../../ui/tag.tsx'
import { columnKind, rowCells, type RowCellsOptions } from '../cells/row-cells.tsx'
import type { Sort } from '../feature-deps.ts'
import { MetadataText, metadataTitle } from '../metadata-text.tsx'

export type TablePageProps = RowCellsOptions & {
  readonly metadata: JsonObject
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  readonly rows: readonly (readonly Cell[])[]
  /** Whether the page holds fewer rows than were asked for, and the others follow on the next. */
  readonly stopsEarly: boolean
  /** The SQL conditions that the rows meet; empty when all are shown. */
  readonly conditions: readonly string[]
  /** The table without these conditions. */
  readonly allPath: string
  readonly sort: Sort | null
  /** Where the table is sorted by a column, ready for a link; null for columns that cannot be sorted by. */
  readonly sortPath: (sort: Sort) => string | null
  /** Null on the first page. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
  readonly jsonPath: string
  readonly sql: string
  /** The query page with this SQL; null for readers who may not run SQL. */
  readonly sqlPath: string | null
}

/** One page of a table's or view's rows. */
export function TablePage(props: TablePageProps): JSX.Element {
  const { table, metadata, rows, columns } = props
  return (
    <>
      <h1>
        <bdi>{metadataTitle(metadata) ?? table.name}</bdi>{' '}
        {table.kind === 'view' && <Tag kind="neutral">view</Tag>}{' '}
        {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <MetadataText metadata={metadata} />
      <p class="fine-print">
        <span>
          This data as <a href={props.jsonPath}>json</a>
        </span>
        {props.sqlPath !== null && (
          <span>
            <a href={props.sqlPath}>View and edit SQL</a>
          </span>
        )}
      </p>
      {props.conditions.length > 0 && (
        <p>
          Only rows where {props.conditions.map(conditionText)}. <a href={props.allPath}>Show all rows</a>
        </p>
      )}
      {props.stopsEarly && (
        <Notice kind="info" title={`${rowsOnThisPage(rows.length)}, fewer than asked for`}>
          <p>They are large, and a page has room for so much. The others follow on the next page.</p>
        </Notice>
      )}
      {rows.length === 0 ? (
        <NoRows
          kind={table.kind}
          isFirstPage={props.firstPath === null}
          isFiltered={props.conditions.length > 0}
        />
      ) : (
        <DataTable
          label={`Rows of ${table.name}`}
          columns={columns.map((name) => dataColumn(props, name))}
          rows={rows.map((row) => rowCells(row, props))}
        />
      )}
      {(rows.length > 0 || props.firstPath !== null) && (
        <Pager summary={rowsOnThisPage(rows.length)} firstPath={props.firstPath} nextPath={props.nextPath} />
      )}
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
      <p>No row of this {kind} meets the condition.</p>
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

/** A column's heading. A click sorts, and a second click turns the order round. */
function dataColumn({ table, sort, sortPath }: TablePageProps, name: string): DataColumn {
  const kind = columnKind(table, name)
  const isSorted = sort?.column === name
  const path = sortPath({ column: name, descending: isSorted && !sort.descending })
  if (path === null) return { label: name, kind, sort: null }
  const direction = sort?.descending === true ? 'descending' : 'ascending'
  return { label: name, kind, sort: { path, direction: isSorted ? direction : null } }
}

function rowsOnThisPage(count: number): string {
  return count === 1 ? 'One row on this page' : `${count.toLocaleString('en')} rows on this page`
}
