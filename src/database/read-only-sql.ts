import { fail, ok, type Result } from '../result.ts'
import { sqlTokens } from './sql-text.ts'

/** The pragmas that may be called as table functions, `pragma_X()` (host.md §9.8). */
export const READABLE_PRAGMAS = [
  'database_list',
  'foreign_key_list',
  'function_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'page_count',
  'max_page_count',
  'page_size',
  'schema_version',
  'table_info',
  'table_xinfo',
  'table_list',
] as const

const OTHER_PRAGMA = new RegExp(`pragma(?!_(?:${READABLE_PRAGMAS.join('|')}))`)
const DISALLOWED_PRAGMA = `Statement contained a disallowed PRAGMA. Allowed pragma functions are ${READABLE_PRAGMAS.map(
  (name) => `pragma_${name}()`,
).join(', ')}`

/**
 * Says no, in words for the one who wrote it, to a statement that is not a plain question: it must begin
 * with SELECT or WITH, or with EXPLAIN of those, and name no pragma but the harmless table functions, not
 * even inside quoted text (host.md §9.8). The failure is the message to show.
 *
 * This is courtesy; what a reader process can do is limited by its read-only file and its authorizer.
 */
export function checkReadOnlySql(sql: string): Result<null, string> {
  const tokens = [...sqlTokens(sql)]
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ text }) => text.toLowerCase())

  const start = /^(?:explain (?:query plan )?)?(?:select|with)$/
  const isQuestion = [1, 2, 4].some((count) => start.test(tokens.slice(0, count).join(' ')))
  if (!isQuestion) return fail('Statement must be a SELECT')

  return tokens.some((text) => OTHER_PRAGMA.test(text)) ? fail(DISALLOWED_PRAGMA) : ok(null)
}
