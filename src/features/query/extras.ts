import type { Database, QueryAnswer } from '../../database/database.ts'
import type { JsonObject, JsonValue } from '../../http/json.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { extrasExtra, requestExtra } from '../common-extras.ts'
import { requireExtras } from '../extras.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import type { JsonMember } from '../json/json-answer.ts'
import { separateRows } from '../json/shape.ts'
import type { AskedQuery } from './query.ts'

/** What the document of a query can have beside its rows, and what each is (host.md §9.7). */
const QUERY_EXTRAS = {
  columns: 'Names of the values in the rows',
  render_cell: 'HTML that plugins make of values; this server has none',
  debug: 'How the address was understood, for developers',
  request: 'The request: its address and parameters',
  query: 'The SQL, and the values of its parameters',
  metadata: 'What is said about the database, or about the stored query',
  extras: 'This list',
  database: 'Name of the database',
  database_color: 'Colour of the database, six hex digits',
  private: 'Whether visitors who are not signed in may not see it',
} as const

export type QueryExtra = keyof typeof QUERY_EXTRAS

/** The parts that a request asks for; a 400 for others. */
export const requireQueryExtras = (query: URLSearchParams): ReadonlySet<QueryExtra> =>
  requireExtras(query, QUERY_EXTRAS)

/** What is known of a query before it runs. */
export type QueryFacts = {
  readonly database: Database
  readonly asked: AskedQuery
  /** The variable parts of the path. */
  readonly params: RouteParams
  readonly isPrivate: () => boolean
  readonly metadata: () => JsonObject
}

/** The asked extras as members of the document. Only the parameters that stand in the address are told. */
export function queryExtras(
  deps: Pick<FeatureDeps, 'urls'>,
  c: AppContext,
  { database, asked, params, isPrivate, metadata }: QueryFacts,
  answer: QueryAnswer,
  names: ReadonlySet<QueryExtra>,
): Readonly<Record<string, JsonMember>> {
  const tell: Readonly<Record<QueryExtra, () => JsonValue>> = {
    columns: () => answer.columns,
    render_cell: () => separateRows(answer.rows).map(() => ({})),
    debug: () => ({ url_vars: params }),
    request: () => requestExtra(c),
    query: () => ({ sql: asked.sql, params: asked.params }),
    metadata,
    extras: () => extrasExtra(deps, c, QUERY_EXTRAS),
    database: () => database.name,
    database_color: () => database.color,
    private: isPrivate,
  }
  return Object.fromEntries([...names].map((name) => [name, { value: tell[name]() }]))
}
