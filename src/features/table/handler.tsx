import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryString } from '../links.ts'
import { answerJson } from './answer-json.ts'
import { answerPage } from './answer-page.tsx'
import { formParameters } from './form-redirect.ts'
import { requireTableRequest } from './table-request.ts'

/** `GET /:database/:table{.json}`: one page of a table's or view's rows (host.md §9.3). */
export const tableHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { urls } = deps
    const meant = formParameters(parametersOf(c), params['format'] === undefined)
    if (meant !== null) {
      const location = urls.path(urls.pathOf(c.req.raw)) + queryString(meant)
      return c.body('', 302, { location, 'content-type': 'text/plain', 'Referrer-Policy': 'no-referrer' })
    }
    const isJson = params['format'] === 'json'
    const request = requireTableRequest(deps, c, params, isJson ? 'json' : null)
    return isJson ? answerJson(deps, c, request) : answerPage(deps, c, request)
  }
