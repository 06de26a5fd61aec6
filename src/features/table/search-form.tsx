import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'

export type SearchFormProps = {
  /** The table, ready for a link. */
  readonly action: string
  /** What is searched for; empty for nothing. */
  readonly search: string
  /** Parameters that stay as they are. */
  readonly hidden: readonly (readonly [string, string])[]
}

/** Searches the words of a table. */
export function SearchForm({ action, search, hidden }: SearchFormProps): JSX.Element {
  return (
    <form class="search-form" method="get" action={action} role="search">
      {hidden.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <input type="search" name="_search" aria-label="Words to search for" value={search} />
      <Button kind="plain">Search</Button>
    </form>
  )
}
