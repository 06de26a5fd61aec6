import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { TextField } from '../../ui/field.tsx'
import { Tag } from '../../ui/tag.tsx'
import type { StoredQuery } from '../feature-deps.ts'
import { FoundRows, RefusedNotice, type QueryOutcome } from './outcome.tsx'

export type StoredQueryPageProps = {
  readonly stored: StoredQuery
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
  /** Where the form goes, ready for a link. */
  readonly action: string
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  readonly outcome: QueryOutcome
  /** The query page with this SQL; null for readers who may not run SQL. */
  readonly editPath: string | null
  /** Text in a cell beyond this many characters is left out; 0 leaves nothing out. */
  readonly maxCharacters: number
}

/** A stored query: what it is, a field for each of its parameters, what it found, and its SQL. */
export function StoredQueryPage(props: StoredQueryPageProps): JSX.Element {
  const { stored, params, outcome } = props
  const fields = Object.entries(params)
  return (
    <>
      <h1>
        <bdi>{stored.title ?? stored.name}</bdi> {props.isPrivate && <Tag kind="neutral">private</Tag>}
      </h1>
      {stored.description !== undefined && <p class="lead">{stored.description}</p>}
      <RefusedNotice outcome={outcome} />
      {fields.length > 0 && (
        <form class="form" method="get" action={props.action} data-query>
          {fields.map(([name, value]) => (
            <TextField name={name} label={name} value={value} />
          ))}
          <div class="actions">
            <Button kind="primary">Run query</Button>
          </div>
        </form>
      )}
      <FoundRows
        outcome={outcome}
        howToSeeMore="The JSON has more of them."
        maxCharacters={props.maxCharacters}
      />
      {stored.hide_sql !== true && (
        <details class="fold">
          <summary>How this page was asked for</summary>
          <section>
            <h2>SQL</h2>
            <CodeBlock label="the SQL" text={stored.sql} />
            {props.editPath !== null && (
              <p>
                <a href={props.editPath}>Edit SQL</a>
              </p>
            )}
          </section>
        </details>
      )}
    </>
  )
}
