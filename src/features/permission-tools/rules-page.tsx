import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { Tag } from '../../ui/tag.tsx'
import { PageSteps } from './page-steps.tsx'
import type { Paged } from './paging.ts'
import { placeWords, type Place } from './question.ts'

/** A rule as it is shown. `source` says where it stands. */
export type ShownRule = Place & {
  readonly path: string
  readonly effect: 'allow' | 'deny'
  readonly source: string
  readonly reason: string
}

export type RulesPageProps = {
  readonly tabs: readonly Tab[]
  /** Where the form asks. */
  readonly action: string
  readonly actions: readonly { readonly name: string; readonly description: string }[]
  readonly asked: string
  /** What was found; null when nothing was asked yet. */
  readonly found: (Paged<ShownRule> & { readonly jsonPath: string }) | null
}

/** The rules about an action that speak of the reader. */
export function RulesPage({ tabs, action, actions, asked, found }: RulesPageProps): JSX.Element {
  return (
    <>
      <h1>Permission rules</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      <p>
        The rule nearest to a table decides; among those of one place any deny beats every allow. Only rules
        that speak of you are shown.
      </p>
      <form method="get" action={action} class="form">
        <SelectField
          name="action"
          label="Action"
          value={asked}
          options={actions.map(({ name, description }) => ({
            value: name,
            label: `${name}: ${description}`,
          }))}
        />
        <div class="actions">
          <Button kind="primary">Show</Button>
        </div>
      </form>
      {found !== null && found.total === 0 && (
        <EmptyState title="No rule">
          <p>
            No rule about this action speaks of you, so you may do it nowhere. Rules stand in the
            configuration.
          </p>
        </EmptyState>
      )}
      {found !== null && found.total > 0 && (
        <>
          <p>
            {found.total === 1 ? 'One rule.' : `${found.total} rules.`} <a href={found.jsonPath}>As JSON</a>
          </p>
          <DataTable
            label="Rules"
            columns={['Place', 'Effect', 'Where it stands', 'What it says'].map((label) => ({
              label,
              kind: 'text',
              sort: null,
            }))}
            rows={found.items.map(({ parent, child, path, effect, source, reason }) => [
              <a href={path}>{placeWords({ parent, child })}</a>,
              <Tag kind={effect === 'allow' ? 'good' : 'warning'}>{effect}</Tag>,
              <code>{source}</code>,
              reason,
            ])}
          />
          <PageSteps previousUrl={found.previousUrl} nextUrl={found.nextUrl} />
        </>
      )}
    </>
  )
}
