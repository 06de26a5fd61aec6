import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextField } from '../../ui/field.tsx'
import { Tag } from '../../ui/tag.tsx'
import type { JumpPlace } from './places.ts'

export type SearchPageProps = {
  /** Where the form goes, ready for a link. */
  readonly action: string
  readonly words: string
  /** Null while nothing was asked. */
  readonly places: readonly JumpPlace[] | null
  /** Whether there are more than these. */
  readonly hasMore: boolean
}

/** Finds a database, table, view or query by its name. */
export function SearchPage({ action, words, places, hasMore }: SearchPageProps): JSX.Element {
  return (
    <>
      <h1>Jump to</h1>
      <form class="form" method="get" action={action}>
        <TextField name="q" label="A part of the name of a database, table, view or query" value={words} />
        <div class="actions">
          <Button kind="primary">Find</Button>
        </div>
      </form>
      {places !== null && <FoundPlaces places={places} hasMore={hasMore} />}
    </>
  )
}

type FoundPlacesProps = { readonly places: readonly JumpPlace[]; readonly hasMore: boolean }

function FoundPlaces({ places, hasMore }: FoundPlacesProps): JSX.Element {
  if (places.length === 0) {
    return (
      <EmptyState title="Nothing found">
        <p>Nothing that you may see has this in its name. There may be more for people who are signed in.</p>
      </EmptyState>
    )
  }
  return (
    <section>
      <h2>{places.length === 1 ? 'One place' : `${places.length} places`}</h2>
      <ul class="rows">
        {places.map(({ name, display_name, type, url }) => (
          <li>
            <a href={url}>
              <bdi>{name}</bdi>
            </a>
            {display_name !== undefined && <bdi>{display_name}</bdi>}
            <Tag kind="neutral">{type}</Tag>
          </li>
        ))}
      </ul>
      {hasMore && <p>There are more: write more of the name.</p>}
    </section>
  )
}
