import type { JSX } from 'hono/jsx/jsx-runtime'
import type { EpochSeconds } from '../../clock.ts'
import type { JsonObject } from '../../http/json.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Time } from '../../ui/time.tsx'
import type { AuditFault } from './audit-request.ts'

/** An entry as it is shown. */
export type ShownEntry = {
  readonly at: EpochSeconds
  readonly event: string
  /** With the address of this person's entries; null for somebody who was signed out. */
  readonly actor: { readonly id: string; readonly path: string } | null
  readonly isToken: boolean
  /** With the address of this app's entries; null when no app did it. */
  readonly app: { readonly name: string; readonly path: string } | null
  readonly database: string | null
  readonly table: string | null
  readonly tablePath: string | null
  readonly pks: readonly string[] | null
  readonly rowPath: string | null
  readonly numRows: number | null
  readonly details: JsonObject
  readonly address: string
}

export type AuditPageProps = {
  /** Where the form asks. */
  readonly action: string
  /** The parameters as they were sent, by name. */
  readonly asked: Readonly<Record<string, string>>
  readonly events: readonly string[]
  readonly fault: AuditFault | null
  /** Newest first. */
  readonly entries: readonly ShownEntry[]
  readonly isFiltered: boolean
  /** The first page of the same filter; null when this is it. */
  readonly firstPath: string | null
  readonly nextPath: string | null
  readonly jsonPath: string
}

/** Who changed what, newest first. */
export function AuditTrailPage(props: AuditPageProps): JSX.Element {
  const { asked, entries, fault } = props
  const valueOf = (name: string) => asked[name] ?? ''
  const errorAt = (name: AuditFault['parameter']) => (fault?.parameter === name ? fault.message : null)
  return (
    <>
      <h1>Audit trail</h1>
      <p class="lead">
        Who changed what in the last 90 days, and through which app. Values of rows are never kept here.
      </p>
      <details class="fold" open={props.isFiltered}>
        <summary>Filter</summary>
        <form method="get" action={props.action} class="form">
          <div class="field-row">
            <TextField name="actor" label="Person (id)" value={valueOf('actor')} text="code" />
            <TextField name="client" label="App (client id)" value={valueOf('client')} text="code" />
            <SelectField
              name="event"
              label="Event"
              value={valueOf('event')}
              options={[
                { value: '', label: 'Any' },
                ...props.events.map((name) => ({ value: name, label: name })),
              ]}
            />
          </div>
          <div class="field-row">
            <TextField name="database" label="Database" value={valueOf('database')} text="code" />
            <TextField name="table" label="Table" value={valueOf('table')} text="code" />
          </div>
          <div class="field-row">
            <TextField
              name="since"
              label="From (UTC)"
              value={valueOf('since')}
              text="code"
              error={errorAt('since')}
            />
            <TextField
              name="until"
              label="To, included (UTC)"
              value={valueOf('until')}
              text="code"
              error={errorAt('until')}
            />
          </div>
          <p class="explain">A time is a day, like 2026-11-22, or a moment, like 2026-11-22 12:40.</p>
          <div class="actions">
            <Button kind="primary">Filter</Button>
            {props.isFiltered && (
              <LinkButton kind="plain" path={props.action}>
                Show all
              </LinkButton>
            )}
          </div>
        </form>
      </details>
      {fault === null && <Entries {...props} />}
      {fault === null && (entries.length > 0 || props.nextPath !== null || props.firstPath !== null) && (
        <Pager
          summary={entries.length === 1 ? '1 entry' : `${entries.length} entries`}
          firstPath={props.firstPath}
          nextPath={props.nextPath}
        />
      )}
      {fault === null && (
        <p>
          <a href={props.jsonPath}>As JSON</a>
        </p>
      )}
    </>
  )
}

function Entries({ entries, isFiltered, nextPath }: AuditPageProps): JSX.Element {
  if (entries.length === 0) {
    if (nextPath !== null) {
      return (
        <EmptyState title="Nothing in the part that was searched">
          <p>The trail is long. The next page looks further back.</p>
        </EmptyState>
      )
    }
    return (
      <EmptyState title={isFiltered ? 'Nothing like that' : 'Nothing yet'}>
        <p>
          {isFiltered
            ? 'Nothing in the trail is what you look for. Leave some of the filter out.'
            : 'Insert a row or sign in again: it will stand here.'}
        </p>
      </EmptyState>
    )
  }
  return (
    <DataTable
      label="Entries"
      stacks
      columns={['When', 'Who', 'Through', 'Event', 'Where', 'Row', 'Details', 'Address'].map((label) => ({
        label,
        kind: 'text',
        sort: null,
      }))}
      rows={entries.map((entry) => [
        <Time at={entry.at} />,
        entry.actor === null ? (
          'signed out'
        ) : (
          <a href={entry.actor.path}>
            <bdi>{entry.actor.id}</bdi>
          </a>
        ),
        <Through entry={entry} />,
        <code>{entry.event}</code>,
        <Place entry={entry} />,
        <Rows entry={entry} />,
        <Details details={entry.details} />,
        <code>{entry.address}</code>,
      ])}
    />
  )
}

function Through({ entry: { app, isToken } }: { readonly entry: ShownEntry }): JSX.Element {
  if (app === null) return <>{isToken ? 'an API token' : 'a browser'}</>
  return (
    <a href={app.path}>
      <bdi>{app.name}</bdi>
    </a>
  )
}

function Place({ entry: { database, table, tablePath } }: { readonly entry: ShownEntry }): JSX.Element {
  if (database === null) return <></>
  if (table === null || tablePath === null) return <bdi class="name">{database}</bdi>
  return (
    <a href={tablePath}>
      <bdi>{database}</bdi> / <bdi>{table}</bdi>
    </a>
  )
}

function Rows({ entry: { numRows, pks, rowPath } }: { readonly entry: ShownEntry }): JSX.Element {
  if (pks !== null && rowPath !== null) {
    return (
      <a href={rowPath}>
        <bdi>{pks.join(', ')}</bdi>
      </a>
    )
  }
  return <>{numRows === null ? '' : numRows === 1 ? '1 row' : `${numRows} rows`}</>
}

/** What else an event says, without what says nothing. */
function Details({ details }: { readonly details: JsonObject }): JSX.Element {
  const telling = Object.entries(details).filter(
    ([, value]) => value !== null && value !== false && !['{}', '[]'].includes(JSON.stringify(value)),
  )
  return (
    <>
      {telling.map(([name, value]) => (
        <div>
          <code>
            {value === true ? name : `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`}
          </code>
        </div>
      ))}
    </>
  )
}
