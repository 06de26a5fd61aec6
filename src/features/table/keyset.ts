import type { ColumnSql } from '../../database/column-sql.ts'
import type { SqlValue } from '../../database/values.ts'

/** One step of an order: SQL that names a column, its direction, and how the column converts values. */
export type OrderTerm = ColumnSql & { readonly descending: boolean }

/** The `order by` list of these terms. */
export function orderBy(terms: readonly OrderTerm[]): string {
  return terms.map(({ sql, descending }) => (descending ? `${sql} desc` : sql)).join(', ')
}

/**
 * SQL that is true for the rows that come after the row with these values. `values` has a value for the first
 * term at least; terms without a value are left out of the comparison. `bind` takes a value and returns its
 * placeholder.
 *
 * NULL is first in SQLite's ascending order and last in its descending one, and no comparison with it is ever
 * true, so each place where one can stand is spelled out.
 */
export function comesAfter(
  terms: readonly OrderTerm[],
  values: readonly SqlValue[],
  bind: (value: SqlValue) => string,
): string {
  const bounds = terms.slice(0, values.length).map((term, position): Bound => {
    const value = values[position] ?? null
    return { term, placeholder: value === null ? null : bind(value) }
  })
  return asRowValues(bounds) ?? asAlternatives(bounds)
}

/**
 * SQL that is true for those of the rows after this one that come first: down to the NULLs at the end of a descending
 * order, or the NULLs alone at the beginning of an ascending one. SQLite seeks in an index for it, which it cannot for
 * `comesAfter`. Null where that would not help: when `comesAfter` seeks itself, or the terms go both ways.
 */
export function comesNext(
  terms: readonly OrderTerm[],
  values: readonly SqlValue[],
  bind: (value: SqlValue) => string,
): string | null {
  const [first, ...others] = terms.slice(0, values.length)
  const [value = null, ...rest] = values
  if (first === undefined || others.some(({ descending }) => descending !== first.descending)) return null
  if (rest.includes(null) || others.length === 0) return null
  if (first.descending && value !== null) {
    const columns = [first, ...others].map(({ sql }) => sql).join(', ')
    return `(${columns}) < (${[value, ...rest].map(bind).join(', ')})`
  }
  if (first.descending || value !== null) return null
  return `${first.sql} is null and ${comesAfter(others, rest, bind)}`
}

/** A term with the placeholder of its value; null when the value is NULL. */
type Bound = { readonly term: OrderTerm; readonly placeholder: string | null }

/** `(a, b) > (x, y)`: only for ascending terms without NULL, and the form for which SQLite seeks in the key's index. */
function asRowValues(bounds: readonly Bound[]): string | null {
  if (bounds.some(({ term, placeholder }) => term.descending || placeholder === null)) return null
  const columns = bounds.map(({ term }) => term.sql).join(', ')
  const placeholders = bounds.map(({ placeholder }) => placeholder).join(', ')
  return bounds.length === 1 ? `${columns} > ${placeholders}` : `(${columns}) > (${placeholders})`
}

/** `a > x or (a = x and (b > y or …))`, from the last term outwards. */
function asAlternatives(bounds: readonly Bound[]): string {
  const alternatives = bounds.reduceRight<string | null>((rest, bound) => {
    const further = [isAfter(bound), rest === null ? null : `(${isEqual(bound)} and ${rest})`]
    const possible = further.filter((condition) => condition !== null)
    return possible.length === 0 ? null : `(${possible.join(' or ')})`
  }, null)
  return alternatives ?? 'false'
}

/** True beyond the value of one term; null when nothing can be beyond it. */
function isAfter({ term, placeholder }: Bound): string | null {
  if (term.descending)
    return placeholder === null ? null : `${term.sql} < ${placeholder} or ${term.sql} is null`
  return placeholder === null ? `${term.sql} is not null` : `${term.sql} > ${placeholder}`
}

function isEqual({ term, placeholder }: Bound): string {
  return placeholder === null ? `${term.sql} is null` : `${term.sql} = ${placeholder}`
}
