import type { Urls } from '../http/urls.ts'
import type { AppContext } from '../routing/context.ts'
import type { RouteMatch } from '../routing/router.ts'

/** Routes whose OPTIONS say nothing to other sites at the address of the page, as in Datasette (host.md §8.7); that of the JSON does. */
const CLOSED_PAGES: ReadonlySet<string> = new Set(['/:database{.json}', '/:database/-/query{.json}'])

/** Answers OPTIONS for any address, in the format of the address, with the methods that it has (host.md §8.4). */
export function answerOptions(c: AppContext, urls: Urls, match: RouteMatch): Response {
  const isJson = urls.isJsonPath(c.req.raw)
  if (match.kind === 'wrong-method') {
    c.header('allow', allowHeader(match.methods))
    if (!isJson && CLOSED_PAGES.has(match.route.path)) c.set('isPersonal', true)
  }
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return isJson ? c.json('ok', 200, headers) : c.text('ok')
}

/** The value of `Allow` for the methods of an address (RFC 9110 §10.2.1). GET serves HEAD as well. */
export function allowHeader(methods: readonly string[]): string {
  return methods.flatMap((method) => (method === 'GET' ? ['HEAD', 'GET'] : method)).join(', ')
}
