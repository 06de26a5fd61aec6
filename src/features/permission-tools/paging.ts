import { HttpError } from '../../http/http-error.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import { changedParameters, queryString } from '../links.ts'

/** Which part of a list is asked for. */
export type Paging = { readonly page: number; readonly size: number }

const DEFAULT_SIZE = 50
const MAX_SIZE = 200

/** Reads `_page` and `_size`, or refuses them in Datasette's words (host.md §11.8). */
export function requirePaging(query: URLSearchParams): Paging {
  const page = wholeNumber(query.get('_page'), 1)
  if (page === null) throw new HttpError(400, '_page must be a positive integer')
  const size = wholeNumber(query.get('_size'), DEFAULT_SIZE)
  if (size === null) throw new HttpError(400, '_size must be a positive integer')
  if (size > MAX_SIZE) throw new HttpError(400, `_size must be <= ${MAX_SIZE}`)
  return { page, size }
}

function wholeNumber(text: string | null, preset: number): number | null {
  if (text === null || text === '') return preset
  return /^[1-9]\d{0,8}$/u.test(text) ? Number(text) : null
}

/** One page of a list, with the addresses of the pages beside it where there are such. */
export type Paged<T> = {
  readonly items: readonly T[]
  readonly total: number
  readonly nextUrl: string | null
  readonly previousUrl: string | null
}

/** Cuts a page out. `path` is the address without its query; the other parameters stay as they are. */
export function paged<T>(c: AppContext, path: string, all: readonly T[], { page, size }: Paging): Paged<T> {
  const query = parametersOf(c)
  const at = (number: number) =>
    path +
    queryString(
      changedParameters(
        query,
        ['_page', '_size'],
        [
          ['_page', String(number)],
          ['_size', String(size)],
        ],
      ),
    )
  return {
    items: all.slice((page - 1) * size, page * size),
    total: all.length,
    nextUrl: page * size < all.length ? at(page + 1) : null,
    previousUrl: page > 1 ? at(page - 1) : null,
  }
}

/** The links of a page as they stand in its JSON: only those that lead somewhere. */
export function pageLinks<T>({ nextUrl, previousUrl }: Paged<T>): Readonly<Record<string, string>> {
  return {
    ...(nextUrl !== null && { next_url: nextUrl }),
    ...(previousUrl !== null && { previous_url: previousUrl }),
  }
}
