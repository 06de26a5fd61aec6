import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { PageSteps } from './page-steps.tsx'
import type { Paged } from './paging.ts'
import type { Place } from './question.ts'

export type AllowedPageProps = {
  readonly tabs: readonly Tab[]
  /** Where the form asks. */
  readonly action: string
  readonly actions: readonly { readonly name: string; readonly description: string }[]
  readonly asked: { readonly action: string; readonly parent: string }
  /** What was found; null when nothing was asked yet. */
  readonly found: (Paged<Place & { readonly path: string }> & { readonly jsonPath: string }) | null
}

/** Where the reader may do something. */
export function AllowedPage(props: AllowedPageProps): JSX.Element {
  const { tabs, actions, asked, found } = props
  return (
    <>
      <h1>What you may do</h1>
      <Tabs label="Permission tools" tabs={tabs} />
      <form method="get" action={props.action} class="form">
        <div class="field-row">
          <SelectField
            name="action"
            label="Action"
            value={asked.action}
            options={actions.map(({ name, description }) => ({
              value: name,
              label: `${name}: ${description}`,
            }))}
          />
          <TextField name="parent" label="Database, if only one" value={asked.parent} text="code" />
        </div>
        <div class="actions">
          <Button kind="primary">Show</Button>
        </div>
      </form>
      {found !== null && found.total === 0 && (
        <EmptyState title="Nowhere">
          <p>You may do this nowhere. Sign in, or ask the owner of this site for access.</p>
        </EmptyState>
      )}
      {found !== null && found.total > 0 && (
        <>
          <p>
            {found.total === 1 ? 'In one place.' : `In ${found.total} places.`}{' '}
            <a href={found.jsonPath}>As JSON</a>
          </p>
          <DataTable
            label="Where you may do it"
            columns={[
              { label: 'Database', kind: 'text', sort: null },
              { label: 'Table, view or query', kind: 'text', sort: null },
            ]}
            rows={found.items.map(({ parent, child, path }) => [
              child === null ? <a href={path}>{parent}</a> : parent,
              child === null ? '' : <a href={path}>{child}</a>,
            ])}
          />
          <PageSteps previousUrl={found.previousUrl} nextUrl={found.nextUrl} />
        </>
      )}
    </>
  )
}
