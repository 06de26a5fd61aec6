import type { Column, Database, Table } from '../../../database/database.ts'
import { foldName, isSameName } from '../../../database/fold-name.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { challengeHeaders } from '../../challenge.ts'
import { dataHeaders } from '../../data-headers.ts'
import { requireDatabase, requireTable } from '../../exists.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { maySeeTable, visibleTables } from '../../visible-tables.ts'
import { affinityName, foreignKeyTargets, type ForeignKeyTarget } from './foreign-key-targets.ts'

/** The rows of the table that are looked at. */
const SAMPLE_ROWS = 500

/** Targets that one statement looks into. */
const TARGETS_AT_ONCE = 50

/** How many times the limit of one statement all of them may take. */
const STATEMENTS_IN_TIME = 4

/**
 * `GET /:database/:table/-/foreign-key-suggestions`: for each column, the keys of other tables that are of its type, and those of them
 * in which every value of some rows is found. It reads the table and the others, and is for those who may see them.
 */
export const foreignKeySuggestionsHandler =
  ({ databases, permissions, settings }: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(databases, params['database'])
    const table = requireTable(database, params['table'])
    const actor = c.get('actor')
    if (table.kind === 'view') throw new HttpError(400, 'Cannot suggest foreign keys for a view')
    if (!maySeeTable(permissions, actor, database, table.name)) {
      const resource = tableResource(database.name, table.name)
      const headers = challengeHeaders(permissions, actor, ['alter-table', 'view-table'], resource)
      throw new HttpError(403, 'Permission denied: need view-table', { headers })
    }

    const targets = foreignKeyTargets(permissions, actor, database).filter(
      (each) => each.table !== table.name,
    )
    const isVisible = visibleTables(permissions, actor, database)
    const current = new Map(
      table.foreignKeys.outgoing
        .filter(({ otherTable }) => isVisible(otherTable))
        .map(({ column, otherTable, otherColumn }) => [
          column,
          { fk_table: otherTable, fk_column: otherColumn },
        ]),
    )
    const candidates = table.columns
      .filter(({ hidden }) => hidden === 0)
      .map((column) => ({ column, options: optionsFor(column, targets) }))
    const limitMs = settings.facet_suggest_time_limit_ms
    const check = await checkRows(database, table, candidates, limitMs)
    const answer = jsonObject({
      ok: { value: true },
      database: { value: database.name },
      table: { value: table.name },
      row_check: { value: check.facts },
      columns: {
        value: candidates.map(({ column, options }) => ({
          column: column.name,
          type: column.type.toUpperCase(),
          affinity: affinityName(column.type),
          current: current.get(column.name) ?? null,
          suggestions: check.found.filter((each) => each.column === column).map(suggestionJson),
          options: options.map((target) => ({
            ...targetJson(target),
            type: target.column.type.toUpperCase(),
          })),
        })),
      },
    })
    return jsonAnswer(c, answer, dataHeaders(c))
  }

/** The targets of a type that fits, those that the column is named after first. */
function optionsFor(column: Column, targets: readonly ForeignKeyTarget[]): readonly ForeignKeyTarget[] {
  const fitting = targets.filter((target) => fits(column, target.column))
  const [named, others] = [true, false].map((is) =>
    fitting.filter((each) => isNamedAfter(column, each) === is),
  )
  return [...(named ?? []), ...(others ?? [])]
}

function fits(column: Column, target: Column): boolean {
  const [from, to] = [affinityName(column.type), affinityName(target.type)]
  const numeric = ['integer', 'real', 'numeric']
  return (
    from === to ||
    ((from === 'numeric' || to === 'numeric') && numeric.includes(from) && numeric.includes(to))
  )
}

/** Whether a column is called like `author_id` for the `id` of `authors`. */
function isNamedAfter({ name }: Column, target: ForeignKeyTarget): boolean {
  const table = foldName(target.table)
  const single = /.ies$/.test(table) ? `${table.slice(0, -3)}y` : table.replace(/(?<=.)s$/, '')
  return [table, single].some((each) => isSameName(`${each}_${target.column.name}`, name))
}

type Candidate = { readonly column: Column; readonly options: readonly ForeignKeyTarget[] }

/** A target in which all sampled values of a column are. */
type Found = { readonly column: Column; readonly target: ForeignKeyTarget; readonly values: number }

/** Looks for the values of some rows in every target, as long as time allows. */
async function checkRows(
  database: Database,
  table: Table,
  candidates: readonly Candidate[],
  limitMs: number,
) {
  const parts = candidates.flatMap(({ column, options }) =>
    Array.from({ length: Math.ceil(options.length / TARGETS_AT_ONCE) }, (_, part) => ({
      column,
      options: options.slice(part * TARGETS_AT_ONCE, (part + 1) * TARGETS_AT_ONCE),
    })),
  )
  const deadline = performance.now() + STATEMENTS_IN_TIME * limitMs
  const found: Found[] = []
  const facts = {
    attempted: parts.length > 0,
    status: parts.length > 0 ? 'completed' : 'skipped',
    row_limit: SAMPLE_ROWS,
    sampled_rows: 0,
    checked_options: 0,
  }
  for (const { column, options } of parts) {
    const timeLimitMs = Math.min(limitMs, deadline - performance.now())
    const sql = sampleSql(table, column, options)
    const answer =
      timeLimitMs <= 0
        ? null
        : await database.query({ sql, params: [], maxRows: 1, timeLimitMs, shape: 'arrays' })
    if (answer?.ok !== true) {
      facts.status = 'timed_out'
      break
    }
    const [rows, values, ...isIn] = (answer.value.lastRow ?? []).map(Number)
    facts.sampled_rows = rows ?? 0
    if (values === undefined || values === 0) continue
    facts.checked_options += options.length
    for (const [place, target] of options.entries()) {
      if (isIn[place] === 1) found.push({ column, target, values })
    }
  }
  return { facts, found }
}

/** One row: how many rows were looked at, how many values they have, and for each target whether all of them are there. */
function sampleSql(table: Table, column: Column, targets: readonly ForeignKeyTarget[]): string {
  const missing = targets.map(
    (target) =>
      `not exists (select 1 from v where not exists (select 1 from ${quoteIdentifier(target.table)} as o where o.${quoteIdentifier(target.column.name)} = v.v))`,
  )
  return `with s(v) as materialized (select ${quoteIdentifier(column.name)} from ${quoteIdentifier(table.name)} limit ${SAMPLE_ROWS}),
    v(v) as materialized (select distinct v from s where v is not null)
    select (select count(*) from s), (select count(*) from v), ${missing.join(', ')}`
}

function targetJson({ table, column }: ForeignKeyTarget) {
  return { fk_table: table, fk_column: column.name }
}

function suggestionJson({ column, target, values }: Found) {
  return {
    ...targetJson(target),
    confidence: 'sampled',
    sampled_values: values,
    reasons: ['type_match', 'sample_values_exist', ...(isNamedAfter(column, target) ? ['name_match'] : [])],
  }
}
