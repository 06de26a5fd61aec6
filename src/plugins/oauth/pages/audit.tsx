import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  Button,
  DataTable,
  EmptyState,
  LinkButton,
  Pager,
  SelectField,
  TextField,
  Time,
  type EpochSeconds,
} from '../../../plugin.ts'
import type { GrantWords } from './grant-facts.tsx'
import { ScopeSentence } from './scope-choice.tsx'

/** An event, and what it comes to. */
export type AuditEventWords = { readonly name: string; readonly words: string }

type Linked = { readonly path: string }

/** A row of the trail as it is shown, each part with the address of all that has to do with it. */
export type ShownEntry = {
  readonly at: EpochSeconds
  readonly event: AuditEventWords
  /** What the app could do from then on, `lines` null for everything; null for an event that changed nothing about that. */
  readonly given: Pick<GrantWords, 'lines'> | null
  /** Null when an app did it. */
  readonly actor: (Linked & { readonly id: string }) | null
  /** Null when no app that exists was named. */
  readonly app: (Linked & { readonly name: string }) | null
  readonly grant:
    | (Linked & {
        readonly id: string
        /** Who gave it. */
        readonly owner: (Linked & { readonly id: string }) | null
        /** Its own page; null when it has ended. */
        readonly grantPath: string | null
      })
    | null
  readonly address: string
}

export type AuditPageProps = {
  /** Where the form asks. */
  readonly action: string
  /** The filter as it was sent. */
  readonly asked: Readonly<
    Record<'actor' | 'owner' | 'client' | 'grant' | 'event' | 'since' | 'until', string | null>
  >
  readonly events: readonly AuditEventWords[]
  readonly fault: { readonly parameter: string; readonly message: string } | null
  /** Newest first. */
  readonly entries: readonly ShownEntry[]
  /** The first page of the same filter; null when this is it. */
  readonly firstPath: string | null
  readonly nextPath: string | null
  readonly jsonPath: string
  readonly csvPath: string
}

/** What happened with apps, newest first. */
export function AuditPage(props: AuditPageProps): JSX.Element {
  const { entries, fault, firstPath, nextPath } = props
  return (
    <>
      <h1>What happened with apps</h1>
      <p class="lead">
        Who registered an app, gave it access or took it back, and which tokens it got. No token or secret is
        ever kept here.
      </p>
      <Filter {...props} />
      {fault === null && <Entries {...props} />}
      {fault === null && (entries.length > 0 || nextPath !== null || firstPath !== null) && (
        <Pager
          summary={entries.length === 1 ? '1 entry' : `${entries.length} entries`}
          firstPath={firstPath}
          nextPath={nextPath}
        />
      )}
      {fault === null && (
        <p>
          <a href={props.jsonPath}>As JSON</a> · <a href={props.csvPath}>All of it as CSV</a>
        </p>
      )}
    </>
  )
}

function isFiltered({ asked }: AuditPageProps): boolean {
  return Object.values(asked).some((text) => text !== null)
}

function Filter(props: AuditPageProps): JSX.Element {
  const { action, asked, events, fault } = props
  const errorAt = (name: string) => (fault?.parameter === name ? fault.message : null)
  const times = [
    ['since', 'From (UTC)'],
    ['until', 'To, included (UTC)'],
  ] as const
  return (
    <details class="fold" open={isFiltered(props)}>
      <summary>Filter</summary>
      <form method="get" action={action} class="form">
        <div class="field-row">
          <TextField name="actor" label="Person (id)" value={asked.actor ?? ''} text="code" />
          <TextField name="owner" label="Whose access (id)" value={asked.owner ?? ''} text="code" />
          <TextField name="client" label="App (name or id)" value={asked.client ?? ''} />
          <TextField name="grant" label="Grant (id)" value={asked.grant ?? ''} text="code" />
        </div>
        <div class="field-row">
          <SelectField
            name="event"
            label="Event"
            value={asked.event ?? ''}
            error={errorAt('event')}
            options={[
              { value: '', label: 'Any' },
              ...events.map(({ name, words }) => ({ value: name, label: `${name}: ${words}` })),
            ]}
          />
          {times.map(([name, label]) => (
            <TextField
              name={name}
              label={label}
              value={asked[name] ?? ''}
              text="code"
              error={errorAt(name)}
            />
          ))}
        </div>
        <p class="explain">A time is a day, like 2026-11-22, or a moment, like 2026-11-22 12:40.</p>
        <div class="actions">
          <Button kind="primary">Filter</Button>
          {isFiltered(props) && (
            <LinkButton kind="plain" path={action}>
              Show all
            </LinkButton>
          )}
        </div>
      </form>
    </details>
  )
}

function Entries(props: AuditPageProps): JSX.Element {
  const { entries, nextPath } = props
  if (entries.length === 0) {
    return nextPath === null ? (
      <EmptyState title={isFiltered(props) ? 'Nothing like that' : 'Nothing yet'}>
        <p>
          {isFiltered(props)
            ? 'Nothing in the trail is what you look for. Leave some of the filter out.'
            : 'Register an app or give one access: it will stand here.'}
        </p>
      </EmptyState>
    ) : (
      <EmptyState title="Nothing in the part that was searched">
        <p>The trail is long. The next page looks further back.</p>
      </EmptyState>
    )
  }
  return (
    <DataTable
      label="Entries"
      stacks
      columns={['When', 'Event', 'Who', 'App', 'Grant', 'Address'].map((label) => ({
        label,
        kind: 'text',
        sort: null,
      }))}
      rows={entries.map(({ actor, address, app, at, event, given, grant }) => [
        <Time at={at} />,
        <>
          <code>{event.name}</code>
          <p class="explain">{event.words}</p>
          {given !== null && <Given lines={given.lines} />}
        </>,
        actor === null ? (
          'an app'
        ) : (
          <a href={actor.path}>
            <bdi>{actor.id}</bdi>
          </a>
        ),
        app === null ? (
          'unknown'
        ) : (
          <a href={app.path}>
            <bdi>{app.name}</bdi>
          </a>
        ),
        grant === null ? (
          ''
        ) : (
          <>
            <a href={grant.path}>
              <code>{grant.id.slice(0, 8)}</code>
            </a>
            {grant.owner !== null && grant.owner.id !== actor?.id && (
              <>
                {' '}
                of{' '}
                <a href={grant.owner.path}>
                  <bdi>{grant.owner.id}</bdi>
                </a>
              </>
            )}
            {grant.grantPath !== null && (
              <p class="explain">
                <a href={grant.grantPath}>Change or end</a>
              </p>
            )}
          </>
        ),
        <code>{address}</code>,
      ])}
    />
  )
}

/** What the app could do from then on. */
export function Given({ lines }: Pick<GrantWords, 'lines'>): JSX.Element {
  if (lines === null) return <p>Everything that its person can do</p>
  return (
    <ul class="grant-lines">
      {lines.map((line) => (
        <li>
          <ScopeSentence line={line} />
        </li>
      ))}
    </ul>
  )
}
