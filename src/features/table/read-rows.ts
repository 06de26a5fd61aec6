import type { QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { Sort } from '../feature-deps.ts'
import { changedParameters, queryString } from '../links.ts'
import { nextToken } from './next-page.ts'
import { isWalk } from './is-walk.ts'
import type { Statement } from '../statement.ts'
import { pageStatement, seekStatement } from './statements.ts'
import type { TableRequest } from './table-request.ts'

/** A page of rows. */
export type TableRows = {
  readonly answer: QueryAnswer
  /** The next page in the same format, its path without the base URL; null on the last page. */
  readonly next: { readonly token: string; readonly path: string } | null
}

/** What says which rows, and how to ask for the next. */
export type RowsRequest = Pick<TableRequest, 'database' | 'selection' | 'limits' | 'path' | 'query' | 'sort'>

/** Reads the page that an address asks for, `size` rows of it and in this form. */
export async function readRows(
  request: RowsRequest,
  size: number,
  form: Pick<ReadQuery, 'shape' | 'maxBytes' | 'style'>,
): Promise<Result<TableRows, QueryFailure>> {
  const { database, selection, limits } = request
  const answer = await askForPage(request, size, form)
  if (!answer.ok) return fail(answer.error)
  const token = await nextToken({ ...selection, database, limits }, answer.value)
  const path = (token: string) => request.path + queryString(nextParameters(request, token))
  return ok({ answer: answer.value, next: token === null ? null : { token, path: path(token) } })
}

async function askForPage(
  { database, selection, limits }: RowsRequest,
  size: number,
  form: Pick<ReadQuery, 'shape' | 'maxBytes' | 'style'>,
): Promise<Result<QueryAnswer, QueryFailure>> {
  const ask = (statement: Statement) => database.query({ ...statement, ...limits, ...form, maxRows: size })
  if (isWalk(selection, size) && form.maxBytes === undefined) {
    const answer = database.walk({ ...pageStatement(selection, size), ...limits, ...form, maxRows: size })
    if (answer !== null) return ok(answer)
  }
  const seek = seekStatement(selection, size)
  const found = seek === null ? null : await ask(seek)
  return found?.ok === true && found.value.truncated ? found : ask(pageStatement(selection, size))
}

/** The parameters of the next page. The order is repeated even when it came from the configuration. */
function nextParameters({ query, sort }: RowsRequest, token: string) {
  const order = sort === null ? [] : [sortParameter(sort)]
  return changedParameters(query, ['_next', '_sort', '_sort_desc'], [['_next', token], ...order])
}

/** The parameter that sorts. */
export function sortParameter({ column, descending }: Sort): readonly [string, string] {
  return [descending ? '_sort_desc' : '_sort', column]
}
