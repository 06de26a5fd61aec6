import type { Database, Table } from '../../database/database.ts'
import { placeholders, sqlTokens } from '../../database/sql-text.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import { challengeHeaders } from '../challenge.ts'
import type { FeatureDeps } from '../feature-deps.ts'

/**
 * The SQL conditions of `?_where=`, all of which a row has to meet (host.md §9.3). A condition can ask anything of the
 * whole database, so they are for those who may run SQL there.
 *
 * Each comes without its comments and with matching brackets, so that it stays one condition between brackets: one
 * that reached beyond them would take the order and the page with it. What else is wrong, SQLite says.
 */
export function whereConditions(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  c: AppContext,
  query: URLSearchParams,
  database: Database,
  table: Table,
): readonly string[] {
  const conditions = query.getAll('_where')
  if (conditions.length === 0) return conditions
  const actor = c.get('actor')
  if (!permissions.allows(actor, 'execute-sql', databaseResource(database.name))) {
    const resource = tableResource(database.name, table.name)
    throw new HttpError(403, '_where= is not allowed', {
      headers: challengeHeaders(permissions, actor, ['view-table', 'execute-sql'], resource),
    })
  }
  return conditions.map(requireCondition)
}

function requireCondition(sql: string): string {
  const condition = withoutComments(sql)
  if (condition === '') throw new HttpError(400, '_where= must be an SQL condition')
  // The names of our own values are as good as any other: a condition could ask where the page begins.
  const [placeholder] = placeholders(condition)
  if (placeholder !== undefined) {
    throw new HttpError(400, `_where= takes no parameters: write the value instead of ${placeholder}`)
  }
  if (!hasClosedQuotes(condition)) throw new HttpError(400, '_where= has a quote that is not closed')
  if (!hasMatchingBrackets(condition)) throw new HttpError(400, '_where= has brackets that do not match')
  return condition
}

function withoutComments(sql: string): string {
  return [...sqlTokens(sql)]
    .map(({ kind, text }) => (kind === 'comment' ? ' ' : text))
    .join('')
    .trim()
}

/** A quote that is left open would be closed by the next condition, and what stands between them would be code. */
function hasClosedQuotes(sql: string): boolean {
  return [...sqlTokens(sql)].every(
    ({ text }) => !/^['"`[]/u.test(text) || /^(?:'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\])$/u.test(text),
  )
}

function hasMatchingBrackets(sql: string): boolean {
  let open = 0
  for (const { kind, text } of sqlTokens(sql)) {
    if (kind !== 'symbol') continue
    if (text === '(') open += 1
    if (text === ')') open -= 1
    if (open < 0) return false
  }
  return open === 0
}
