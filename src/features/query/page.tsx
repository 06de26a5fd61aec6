import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SqlField } from '../../ui/sql-field.tsx'
import { FoundRows, NotRunNotice, type FoundRowsProps, type QueryOutcome } from './outcome.tsx'
import { ParameterFields, toggleWord } from './parts.tsx'
import type { SqlVisibility } from './sql-visibility.ts'

export type QueryPageProps = Pick<FoundRowsProps, 'formats' | 'jsonUrl' | 'maxCharacters'> & {
  /** Where the form goes, ready for a link. */
  readonly action: string
  readonly sql: string
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  readonly visibility: SqlVisibility
  readonly outcome: QueryOutcome
  /** Where the statement can be saved, ready for a link; null for who may not. */
  readonly savePath: string | null
}

/** A statement to write and run, a field for each of its parameters, and what it found. */
export function QueryPage(props: QueryPageProps): JSX.Element {
  const { action, sql, params, visibility, outcome } = props
  // The field of the statement has this name. A parameter of the same name gets the statement.
  const { sql: _statement, ...fields } = params
  const isHidden = visibility.isHidden && sql !== ''
  return (
    <>
      <h1>SQL query</h1>
      {isHidden && <NotRunNotice outcome={outcome} />}
      <form class="form" method="get" action={action} data-query>
        {isHidden ? (
          <input type="hidden" name="sql" value={sql} />
        ) : (
          <SqlField
            label="SQL"
            hint="One SELECT. A name with a colon, as in :city, becomes a field when you run it."
            value={sql}
            error={outcome.kind === 'refused' ? outcome.message : null}
            rows={6}
          />
        )}
        <ParameterFields params={fields} kept={visibility.kept} />
        <div class="actions">
          <Button kind="primary">Run SQL</Button>
          {sql !== '' && (
            <LinkButton kind="plain" path={visibility.togglePath}>
              {toggleWord(visibility)}
            </LinkButton>
          )}
          {props.savePath !== null && outcome.kind === 'rows' && (
            <LinkButton kind="plain" path={props.savePath}>
              Save this query
            </LinkButton>
          )}
        </div>
      </form>
      {outcome.kind === 'none' && (
        <EmptyState title="Nothing asked yet">
          <p>What the statement finds will stand here.</p>
        </EmptyState>
      )}
      <FoundRows
        outcome={outcome}
        formats={props.formats}
        jsonUrl={props.jsonUrl}
        howToSeeMore="Add a LIMIT and an OFFSET, or ask for fewer columns, to see the others."
        maxCharacters={props.maxCharacters}
      />
    </>
  )
}
