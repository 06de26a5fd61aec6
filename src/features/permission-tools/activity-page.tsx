import type { JSX } from 'hono/jsx/jsx-runtime'
import type { EpochSeconds } from '../../clock.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { Tag } from '../../ui/tag.tsx'
import { Time } from '../../ui/time.tsx'
import { placeWords, type Place } from './question.ts'

/** A decision as it is shown. */
export type ShownActivity = Place & {
  readonly at: EpochSeconds
  /** Null for somebody who was signed out. */
  readonly who: string | null
  readonly action: string
  readonly allowed: boolean
  /** Whether a rule allowed it and the token did not. */
  readonly restricted: boolean
  /** Where the rule stands that decided; null when none spoke. */
  readonly source: string | null
  readonly explainPath: string
}

export type ActivityPageProps = {
  readonly tabs: readonly Tab[]
  readonly filters: readonly Tab[]
  /** Newest first. */
  readonly entries: readonly ShownActivity[]
}

/** What was decided last about requests. */
export function ActivityPage({ tabs, filters, entries }: ActivityPageProps): JSX.Element {
  return (
    <>
      <h1>Permission activity</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      <p>The last 200 decisions about requests since this server started.</p>
      <Tabs label="Whose decisions" tabs={filters} />
      {entries.length === 0 ? (
        <EmptyState title="Nothing yet">
          <p>Open a page in another tab, and load this one again: the decision about it would stand here.</p>
        </EmptyState>
      ) : (
        <DataTable
          label="Decisions"
          columns={['When', 'Who', 'Action', 'Place', 'Decision', 'By', ''].map((label) => ({
            label,
            kind: 'text',
            sort: null,
          }))}
          rows={entries.map((entry) => [
            <Time at={entry.at} />,
            entry.who === null ? 'signed out' : <bdi>{entry.who}</bdi>,
            <code>{entry.action}</code>,
            placeWords(entry),
            <Tag kind={entry.allowed ? 'good' : 'warning'}>{entry.allowed ? 'allowed' : 'denied'}</Tag>,
            entry.restricted ? 'the token' : <code>{entry.source ?? 'no rule'}</code>,
            <a href={entry.explainPath}>Explain</a>,
          ])}
        />
      )}
    </>
  )
}
