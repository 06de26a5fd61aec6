import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Tag } from '../../ui/tag.tsx'
import { Description } from '../description.tsx'
import type { StoredQuery } from '../feature-deps.ts'
import { CHECKED_FIELD } from '../write/sql/sql-request.ts'
import { FoundRows, NotRunNotice, type FoundRowsProps, type QueryOutcome } from './outcome.tsx'
import { ParameterFields, toggleWord } from './parts.tsx'
import type { SqlVisibility } from './sql-visibility.ts'

export type StoredQueryPageProps = Pick<FoundRowsProps, 'formats' | 'jsonUrl' | 'maxCharacters'> & {
  readonly stored: StoredQuery
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  /** Where the form goes, ready for a link. */
  readonly action: string
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  /** Null for SQL that is always shown: it writes with the rights of the reader. */
  readonly visibility: SqlVisibility | null
  readonly outcome: QueryOutcome
  /** Whether a query that writes can be run: not on a file that never changes. */
  readonly canWrite: boolean
  /** The query page with this SQL; null where that could not run it, or the reader may not. */
  readonly editPath: string | null
  /** Where the query can be changed and deleted, ready for links; null for who may not. */
  readonly changePath: string | null
  readonly deletePath: string | null
}

/** A stored query: what it is, its SQL, a field for each of its parameters, and what it found. */
export function StoredQueryPage(props: StoredQueryPageProps): JSX.Element {
  const { stored, params, outcome } = props
  return (
    <>
      <h1>
        <bdi>{stored.title ?? stored.name}</bdi> {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      <Description text={stored.description ?? null} html={stored.description_html ?? null} />
      <StoredSql {...props} />
      <NotRunNotice outcome={outcome} />
      {outcome.kind === 'writes' && !props.canWrite && (
        <Notice kind="info" title="This query changes data">
          <p>It cannot be run here: this database cannot be changed.</p>
        </Notice>
      )}
      {outcome.kind === 'writes' && props.canWrite && (
        <form class="form" method="post" action={props.action}>
          <p>This query changes data.</p>
          <ParameterFields
            params={params}
            kept={props.visibility === null ? [[CHECKED_FIELD, stored.sql]] : []}
          />
          <div class="actions">
            <Button kind="primary">Run query</Button>
          </div>
        </form>
      )}
      {Object.keys(params).length > 0 && outcome.kind !== 'writes' && (
        <form class="form" method="get" action={props.action} data-query>
          <ParameterFields params={params} kept={props.visibility?.kept ?? []} />
          <div class="actions">
            <Button kind="primary">Run query</Button>
          </div>
        </form>
      )}
      <FoundRows
        outcome={outcome}
        formats={props.formats}
        jsonUrl={props.jsonUrl}
        howToSeeMore="The JSON has more of them."
        maxCharacters={props.maxCharacters}
      />
    </>
  )
}

function StoredSql({
  stored,
  visibility,
  editPath,
  changePath,
  deletePath,
}: StoredQueryPageProps): JSX.Element {
  return (
    <section>
      {visibility?.isHidden !== true && <CodeBlock label="the SQL" text={stored.sql} />}
      <p class="fine-print">
        {visibility !== null && (
          <span>
            <a href={visibility.togglePath}>{toggleWord(visibility)}</a>
          </span>
        )}
        {editPath !== null && (
          <span>
            <a href={editPath}>Edit SQL</a>
          </span>
        )}
        {changePath !== null && (
          <span>
            <a href={changePath}>Change this query</a>
          </span>
        )}
        {deletePath !== null && (
          <span>
            <a href={deletePath}>Delete it</a>
          </span>
        )}
      </p>
    </section>
  )
}
