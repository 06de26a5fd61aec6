import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  Button,
  DataTable,
  EmptyState,
  Pager,
  SelectField,
  Time,
  type EpochSeconds,
} from '../../../plugin.ts'
import { Given, type AuditEventWords } from './audit.tsx'
import type { GrantWords } from './grant-facts.tsx'

/** A row of the trail for somebody who may see a part of it. */
export type HistoryEntry = {
  readonly at: EpochSeconds
  readonly event: AuditEventWords
  /** What the app could do from then on, `lines` null for everything; null for an event that changed nothing about that. */
  readonly given: Pick<GrantWords, 'lines'> | null
  readonly by: 'you' | 'an app' | 'somebody else'
  /** Null when no app that exists was named. */
  readonly app: string | null
  /** The access that it is about, with its page while it lasts and is the reader's; null for none. */
  readonly grant: { readonly id: string; readonly path: string | null } | null
  /** Null when it is somebody else's. */
  readonly address: string | null
}

export type HistoryPageProps = {
  readonly title: string
  readonly lead: JSX.Element
  /** Where the form asks. */
  readonly action: string
  /** The event that was asked for, as it was sent. */
  readonly event: string | null
  readonly events: readonly AuditEventWords[]
  readonly entries: readonly HistoryEntry[]
  /** The first page of the same; null when this is it. */
  readonly firstPath: string | null
  readonly nextPath: string | null
  readonly jsonPath: string
}

/** What happened with one app, for its owner, or with the access that somebody gave, for them. Newest first. */
export function HistoryPage(props: HistoryPageProps): JSX.Element {
  const { entries, firstPath, nextPath } = props
  return (
    <>
      <h1>{props.title}</h1>
      <p class="lead">{props.lead}</p>
      <form method="get" action={props.action} class="form">
        <SelectField
          name="event"
          label="Event"
          value={props.event ?? ''}
          options={[
            { value: '', label: 'Any' },
            ...props.events.map(({ name, words }) => ({ value: name, label: `${name}: ${words}` })),
          ]}
        />
        <div class="actions">
          <Button kind="plain">Filter</Button>
        </div>
      </form>
      {entries.length === 0 ? <NoEntries {...props} /> : <Entries entries={entries} />}
      {(entries.length > 0 || nextPath !== null || firstPath !== null) && (
        <Pager
          summary={entries.length === 1 ? '1 entry' : `${entries.length} entries`}
          firstPath={firstPath}
          nextPath={nextPath}
        />
      )}
      <p>
        <a href={props.jsonPath}>As JSON</a>
      </p>
    </>
  )
}

function NoEntries({ event, nextPath }: HistoryPageProps): JSX.Element {
  if (nextPath !== null) {
    return (
      <EmptyState title="Nothing in the part that was searched">
        <p>There is more. The next page looks further back.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState title={event === null ? 'Nothing yet' : 'Nothing like that'}>
      <p>
        {event === null
          ? 'Once somebody gives an app access, it will stand here.'
          : 'Choose any event to see all that happened.'}
      </p>
    </EmptyState>
  )
}

function Entries({ entries }: Pick<HistoryPageProps, 'entries'>): JSX.Element {
  return (
    <DataTable
      label="Entries"
      stacks
      columns={['When', 'Event', 'Who', 'App', 'Access', 'Address'].map((label) => ({
        label,
        kind: 'text',
        sort: null,
      }))}
      rows={entries.map(({ address, app, at, by, event, given, grant }) => [
        <Time at={at} />,
        <>
          <code>{event.name}</code>
          <p class="explain">{event.words}</p>
          {given !== null && <Given lines={given.lines} />}
        </>,
        by,
        app === null ? 'unknown' : <bdi>{app}</bdi>,
        grant === null ? (
          ''
        ) : grant.path === null ? (
          <code>{grant.id.slice(0, 8)}</code>
        ) : (
          <a href={grant.path}>
            <code>{grant.id.slice(0, 8)}</code>
          </a>
        ),
        address === null ? 'not shown' : <code>{address}</code>,
      ])}
    />
  )
}
