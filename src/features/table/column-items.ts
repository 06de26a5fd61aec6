import { affinityOf } from '../../database/affinity.ts'
import { keyNames } from '../../database/row-key.ts'
import type { FacetRequest } from '../facets/facet.ts'
import type { ColumnMenuProps } from '../../ui/column-menu.tsx'
import { changedParameters, queryString } from '../links.ts'
import { sortParameter } from './read-rows.ts'
import type { TableRequest } from './table-request.ts'

export type ColumnMenuOptions = {
  readonly request: TableRequest
  /** The table, ready for a link. */
  readonly here: string
  readonly sortable: readonly string[]
  /** Facets that are shown. */
  readonly facets: readonly FacetRequest[]
  readonly allowsFacets: boolean
  /** Where the types of columns are set, ready for a link; null for those who may not. */
  readonly typesPath: string | null
  /** What the metadata say about columns, by name. */
  readonly descriptions: Readonly<Record<string, string>>
}

/** What can be done with a column from its heading (host.md §12): what is done already is not offered. */
export function columnMenu(
  options: ColumnMenuOptions,
  name: string,
  hasBlanks: boolean,
): Pick<ColumnMenuProps, 'notes' | 'items'> {
  const { request, here, sortable, facets, descriptions } = options
  const { table, query, sort } = request
  const column = table.columns.find((candidate) => candidate.name === name)
  const key = keyNames(table)
  const link = (parameters: Iterable<readonly [string, string]>) => here + queryString(parameters)

  const sorts = [false, true]
    .filter(
      (descending) => sortable.includes(name) && !(sort?.column === name && sort.descending === descending),
    )
    .map((descending) => ({
      label: descending ? 'Sort descending' : 'Sort ascending',
      path: link(
        changedParameters(
          query,
          ['_next', '_sort', '_sort_desc'],
          [sortParameter({ column: name, descending })],
        ),
      ),
    }))
  const isOnlyKey = key.length === 1 && key[0] === name
  const isShownAsFacet = facets.some((facet) => facet.kind === 'column' && facet.column === name)
  const facet =
    options.allowsFacets && !isOnlyKey && !isShownAsFacet
      ? [{ label: 'Facet by this', path: link(changedParameters(query, ['_next'], [['_facet', name]])) }]
      : []
  // A page of no columns is nothing that SQL can ask for.
  const isLast = request.selection.columns.length === 1
  const hide =
    key.includes(name) || isLast ? [] : [{ label: 'Hide this column', path: link(hidden(query, name)) }]
  const isNarrowed = query.has('_col') || query.has('_nocol')
  const all = isNarrowed
    ? [{ label: 'Show all columns', path: link(changedParameters(query, ['_col', '_nocol'], [])) }]
    : []
  const notBlank = hasBlanks
    ? [
        {
          label: 'Show rows that are not blank',
          path: link(changedParameters(query, ['_next'], [[`${name}__notblank`, '1']])),
        },
      ]
    : []
  const { typesPath } = options
  const isText = affinityOf(column?.type ?? '') === 'text'
  const type = typesPath !== null && isText ? [{ label: 'Set custom type', path: typesPath }] : []
  const notes = [descriptions[name] ?? '', typeNote(column?.type ?? '', key.includes(name))].filter(Boolean)
  return { notes, items: [...sorts, ...facet, ...hide, ...all, ...notBlank, ...type] }
}

function hidden(query: URLSearchParams, name: string): readonly (readonly [string, string])[] {
  const wanted = query.getAll('_col')
  if (!wanted.includes(name)) return [...query, ['_nocol', name]]
  return [...query].filter(([parameter, value]) => !(parameter === '_col' && value === name))
}

function typeNote(type: string, isKey: boolean): string {
  return [type, isKey ? 'key' : ''].filter(Boolean).join(', ')
}
