import type { JSX } from 'hono/jsx/jsx-runtime'
import type { JsonObject } from '../../http/json.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { PageActions, type PageActionsProps } from '../../ui/page-actions.tsx'
import { SqlField } from '../../ui/sql-field.tsx'
import { Tag } from '../../ui/tag.tsx'
import { MetadataText, metadataTitle } from '../metadata-text.tsx'
import { ContentsTable, type ContentsTableProps } from './contents-table.tsx'
import { ItemLink } from './item-link.tsx'

export type DatabasePageProps = {
  readonly metadata: JsonObject
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  readonly contents: ContentsTableProps
  /** The first stored queries; empty on further pages of tables. */
  readonly queries: readonly DatabaseQuery[]
  /** Where all of them are. */
  readonly allQueries: { readonly count: number; readonly path: string }
  readonly jsonPath: string
  readonly schemaPath: string
  /** The file; null where it cannot be had. */
  readonly download: { readonly path: string; readonly bytes: number } | null
  /** What this reader may do here; empty for nothing. */
  readonly actions: PageActionsProps['actions']
  /** Where SQL is sent; null for readers who may not run SQL. */
  readonly queryPath: string | null
  /** Where SQL can be run that changes data; null for who may not, and for a file that never changes. */
  readonly writeSqlPath: string | null
}

/** A stored query as a line of the page. `path` is ready for a link. */
export type DatabaseQuery = {
  readonly label: string
  readonly description: string
  readonly path: string
  readonly isPrivate: boolean
}

/** What is in a database. */
export function DatabasePage(props: DatabasePageProps): JSX.Element {
  const { name } = props.contents
  return (
    <>
      <h1>
        <bdi>{metadataTitle(props.metadata) ?? name}</bdi>{' '}
        {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <MetadataText metadata={props.metadata} />
      <p class="fine-print">
        <span>
          This list as <a href={props.jsonPath}>json</a>
        </span>
        <span>
          <a href={props.schemaPath}>Schema</a>
        </span>
        {props.download !== null && (
          <span>
            <a href={props.download.path}>Download the file</a> ({fileSize(props.download.bytes)})
          </span>
        )}
      </p>
      <PageActions actions={props.actions} />
      <ContentsTable {...props.contents} />
      {props.queries.length > 0 && (
        <section>
          <h2>Queries</h2>
          <DataTable
            label={`Queries of ${name}`}
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
      {props.writeSqlPath !== null && (
        <p>
          <a href={props.writeSqlPath}>Change data with SQL</a>
        </p>
      )}
    </>
  )
}

/** A size as people say it: `8 kB`, `12.3 MB`. */
function fileSize(bytes: number): string {
  const [unit, size] = bytes < 1_000_000 ? ['kilobyte', 1000] : ['megabyte', 1_000_000]
  return new Intl.NumberFormat('en', { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / size)
}
