import { readableIdentifier } from '../../database/quote-identifier.ts'
import type { Statement } from '../statement.ts'
import type { FacetRequest } from './facet.ts'

/** Counts the rows of each value, the most frequent first: `value` and `count`, one row more than `size`. */
export function facetStatement({ kind, column }: FacetRequest, base: Statement, size: number): Statement {
  return {
    sql: `${GROUPED[kind](readableIdentifier(column), base.sql)} limit ${size + 1}`,
    params: base.params,
  }
}

const GROUPED: Readonly<Record<FacetRequest['kind'], (column: string, rows: string) => string>> = {
  column: (column, rows) =>
    `select ${column} as value, count(*) as count from (${rows}) where ${column} is not null ` +
    'group by 1 order by 2 desc, 1',
  date: (column, rows) =>
    `select date(${column}) as value, count(*) as count from (${rows}) where date(${column}) is not null ` +
    'group by 1 order by 2 desc, 1',
  // A row counts once for each item, however often it has it.
  array: (column, rows) =>
    'select cast(item.value as text) as value, count(distinct place) as count from ' +
    `(select ${column} as list, row_number() over () as place from (${rows})) as listed, ` +
    "temp.json_each(case when json_valid(list) then list else '[]' end) as item where item.value is not null " +
    'group by 1 order by 2 desc, 1',
}
