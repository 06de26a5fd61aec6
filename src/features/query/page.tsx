import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { SqlField } from '../../ui/sql-field.tsx'
import { FoundRows, RefusedNotice, type QueryOutcome } from './outcome.tsx'

export type QueryPageProps = {
  /** Where the form goes, ready for a link. */
  readonly action: string
  readonly sql: string
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  readonly outcome: QueryOutcome
  /** Text in a cell beyond this many characters is left out; 0 leaves nothing out. */
  readonly maxCharacters: number
}

/** A statement to write and run, a field for each of its parameters, and what it found. */
export function QueryPage({ action, sql, params, outcome, maxCharacters }: QueryPageProps): JSX.Element {
  const fields = Object.entries(params).filter(([name]) => name !== 'sql')
  return (
    <>
      <h1>SQL query</h1>
      <RefusedNotice outcome={outcome} />
      <form class="form" method="get" action={action} data-query>
        <SqlField
          label="SQL"
          hint="One SELECT. A name with a colon, as in :city, becomes a field below."
          value={sql}
          rows={6}
        />
        {fields.map(([name, value]) => (
          <TextField name={name} label={name} value={value} />
        ))}
        <div class="actions">
          <Button kind="primary">Run SQL</Button>
        </div>
      </form>
      <FoundRows
        outcome={outcome}
        howToSeeMore="Add a LIMIT and an OFFSET, or ask for fewer columns, to see the others."
        maxCharacters={maxCharacters}
      />
    </>
  )
}
