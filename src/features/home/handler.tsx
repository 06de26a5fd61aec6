import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { countLimits } from '../limits.ts'
import { metadataTitle } from '../metadata-text.tsx'
import { homeJson } from './json.ts'
import { overviews } from './overview.ts'
import { HomePage } from './page.tsx'

/** `GET /{.json}`: the databases of this server (host.md §9.1). */
export const homeHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { config, urls } = deps
    const found = await overviews(deps, {
      actor: c.get('actor'),
      byRelationships: parametersOf(c).get('_sort') === 'relationships',
      limits: countLimits(deps, c),
    })
    const metadata = config.instanceMetadata()
    if (params['format'] === 'json') {
      return jsonAnswer(c, [JSON.stringify(homeJson(found.known, metadata, urls))], dataHeaders(c))
    }
    return deps.page(c, {
      title: metadataTitle(metadata) ?? 'Databases',
      width: 'wide',
      headers: {
        ...dataHeaders(c),
        ...alternateLink(urls.absolute(c.req.raw, '/.json')),
      },
      body: <HomePage overviews={found} metadata={metadata} urls={urls} />,
    })
  }
