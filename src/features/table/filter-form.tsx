import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import type { Sort } from '../feature-deps.ts'
import { FILTER_OPERATIONS } from './filter-operations.ts'
import type { Filter } from './filters.ts'

export type FilterFormProps = {
  /** The table, ready for a link. */
  readonly action: string
  readonly columns: readonly string[]
  readonly filters: readonly Filter[]
  readonly sort: Sort | null
  readonly sortable: readonly string[]
  /** Parameters that stay as they are. */
  readonly hidden: readonly (readonly [string, string])[]
}

/** Filters and sorts: a form that needs no script. `form-redirect.ts` makes a plain address of it. */
export function FilterForm(props: FilterFormProps): JSX.Element {
  const { filters, sort } = props
  return (
    <form
      class="filter-form"
      method="get"
      action={props.action}
      role="search"
      aria-label="Rows of this table"
    >
      {props.hidden.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {[...filters, null].map((filter, place) => (
        <FilterLine filter={filter} place={place} columns={props.columns} />
      ))}
      <p class="filter-line">
        <label for="field-sort">Sort by</label>
        <select id="field-sort" name="_sort">
          <option value="">the usual order</option>
          {props.sortable.map((column) => (
            <option value={column} selected={sort?.column === column}>
              {column}
            </option>
          ))}
        </select>
        <label class="filter-check">
          <input type="checkbox" name="_sort_by_desc" value="on" checked={sort?.descending === true} />{' '}
          descending
        </label>
      </p>
      <div class="actions">
        <Button kind="primary">Apply</Button>
      </div>
    </form>
  )
}

type FilterLineProps = {
  /** Null for the empty line at the end. */
  readonly filter: Filter | null
  readonly place: number
  readonly columns: readonly string[]
}

function FilterLine({ filter, place, columns }: FilterLineProps): JSX.Element {
  const suffix = place === 0 ? '' : `_${place}`
  const which = filter === null ? 'New filter' : `Filter ${place + 1}`
  const known = filter === null || columns.includes(filter.column) ? columns : [filter.column, ...columns]
  return (
    <p class="filter-line">
      <select name={`_filter_column${suffix}`} aria-label={`${which}: column`}>
        <option value="">{filter === null ? 'Filter by a column…' : '(remove this filter)'}</option>
        {known.map((column) => (
          <option value={column} selected={filter?.column === column}>
            {column}
          </option>
        ))}
      </select>
      <select name={`_filter_op${suffix}`} aria-label={`${which}: comparison`}>
        {FILTER_OPERATIONS.map(({ name, label }) => (
          <option value={name} selected={filter?.operation.name === name}>
            {label}
          </option>
        ))}
      </select>
      <input
        type="text"
        name={`_filter_value${suffix}`}
        aria-label={`${which}: value`}
        value={filter?.operation.takesValue === true ? filter.value : ''}
      />
    </p>
  )
}
