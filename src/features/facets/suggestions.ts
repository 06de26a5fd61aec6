import type { Database, ReadQuery } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import type { SqlValue } from '../../database/values.ts'
import type { Statement } from '../statement.ts'
import type { FacetKind, FacetRequest } from './facet.ts'

/** A column that would make a facet. */
export type Suggestion = { readonly kind: FacetKind; readonly column: string }

export type SuggestionOptions = {
  readonly database: Database
  /** Columns of the base, by name. */
  readonly columns: readonly string[]
  readonly base: Statement
  /** What is shown already, and so not suggested. */
  readonly shown: readonly FacetRequest[]
  /** How many values a facet shows; a column with more makes none. */
  readonly size: number
  readonly limits: Pick<ReadQuery, 'timeLimitMs' | 'signal' | 'peer'>
}

/** Rows that are looked at. */
const CONSIDERED = 1000
const CONSIDERED_FOR_DATES = 100
const CONSIDERED_ARRAYS = 100

/** Columns about which one statement may ask: it names each a few times, and SQLite reads 2000 values in a row. */
const MOST_COLUMNS = 400

/**
 * Columns that would make a facet (host.md §9.7): a few values that repeat, dates, or lists of texts. Each kind is one
 * statement about all columns and the first rows; what cannot be found out in time is not suggested.
 */
export async function suggestFacets(options: SuggestionOptions): Promise<readonly Suggestion[]> {
  const columns = options.columns.slice(0, MOST_COLUMNS)
  const without = (kind: FacetKind) =>
    columns.filter((column) => !options.shown.some((facet) => facet.kind === kind && facet.column === column))
  return [
    ...(await repeating(options, without('column'))),
    ...(await dates(options, without('date'))),
    ...(await arrays(options, without('array'))),
  ]
}

/** Two values or more, no more than a facet shows, and one of them twice. */
async function repeating(
  options: SuggestionOptions,
  columns: readonly string[],
): Promise<readonly Suggestion[]> {
  const counts = await askAll(options, columns, CONSIDERED, (column) => [
    `count(${column})`,
    `count(distinct ${column})`,
  ])
  return columns.flatMap((column, at) => {
    const [values = 0, distinct = 0] = counts[at] ?? []
    const isFew = distinct > 1 && distinct <= options.size
    return isFew && values > distinct ? [{ kind: 'column', column }] : []
  })
}

async function dates(options: SuggestionOptions, columns: readonly string[]): Promise<readonly Suggestion[]> {
  const found = await askAll(options, columns, CONSIDERED_FOR_DATES, (column) => [
    `max(case when ${column} glob '????-??-*' then date(${column}) is not null end)`,
  ])
  return columns.flatMap((column, at) => (found[at]?.[0] === 1 ? [{ kind: 'date', column }] : []))
}

async function arrays(
  options: SuggestionOptions,
  columns: readonly string[],
): Promise<readonly Suggestion[]> {
  const found = await askAll(options, columns, CONSIDERED, (column) => [
    `min(case when ${column} is null or ${column} = '' then null ` +
      `when json_valid(${column}) then json_type(${column}) = 'array' else 0 end)`,
  ])
  const suggestions: Suggestion[] = []
  for (const [at, column] of columns.entries()) {
    if (found[at]?.[0] === 1 && (await holdsTexts(options, column)))
      suggestions.push({ kind: 'array', column })
  }
  return suggestions
}

/** Whether the first lists that are not empty hold texts and nothing else. */
async function holdsTexts({ database, base, limits }: SuggestionOptions, column: string): Promise<boolean> {
  const name = readableIdentifier(column)
  const filled = `${name} is not null and json_valid(${name}) and json_array_length(${name}) > 0`
  const [lists, others] = await ask(database, limits, {
    sql:
      "select count(*), sum(exists(select 1 from temp.json_each(list) where type <> 'text')) from " +
      `(select ${name} as list from (${base.sql}) where ${filled} limit ${CONSIDERED_ARRAYS})`,
    params: base.params,
  })
  return Number(lists ?? 0) > 0 && Number(others) === 0
}

/** The values that a statement finds for each column over the first rows; nothing when it cannot be answered. */
async function askAll(
  { database, base, limits }: SuggestionOptions,
  columns: readonly string[],
  rows: number,
  values: (column: string) => readonly string[],
): Promise<readonly (readonly number[])[]> {
  if (columns.length === 0) return []
  const lists = columns.map((column) => values(readableIdentifier(column)))
  const row = await ask(database, limits, {
    sql: `select ${lists.flat().join(', ')} from (select * from (${base.sql}) limit ${rows})`,
    params: base.params,
  })
  const width = lists[0]?.length ?? 1
  return columns.map((_, at) => row.slice(at * width, (at + 1) * width).map(Number))
}

async function ask(
  database: Database,
  limits: SuggestionOptions['limits'],
  statement: Statement,
): Promise<readonly SqlValue[]> {
  const answer = await database.query({ ...statement, ...limits, shape: 'arrays', maxRows: 1 })
  return answer.ok ? (answer.value.lastRow ?? []) : []
}
