import { HttpError } from '../../http/http-error.ts'
import { isJsonObject, parseSentJson, type JsonValue } from '../../http/json.ts'
import { allowBlockSchema, matchesAllowBlock } from '../../permissions/allow-block.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { AllowDebugPage } from './allow-debug-page.tsx'
import { toolTabs, type ToolDeps } from './tools.ts'

const EXAMPLE = { actor: '{\n  "id": "root"\n}', allow: '{\n  "id": "*"\n}' }

/** `GET /-/allow-debug`: whether an allow block speaks for an actor, both as they are typed (host.md §5.2). Nothing of the site is asked. */
export function allowDebugRoute(deps: ToolDeps): Route {
  return {
    method: 'GET',
    path: '/-/allow-debug',
    allow: { who: 'anyone' },
    handle: (c) => {
      const actor = c.req.query('actor') ?? EXAMPLE.actor
      const allow = c.req.query('allow') ?? EXAMPLE.allow
      const body = (
        <AllowDebugPage
          tabs={toolTabs(deps, c.get('actor'), '/-/allow-debug')}
          action={deps.urls.path('/-/allow-debug')}
          actor={actor}
          allow={allow}
          result={judge(actor, allow)}
        />
      )
      return deps.page(c, { title: 'Try an allow block', width: 'narrow', headers: dataHeaders(c), body })
    },
  }
}

/** Whether the block matches, or what is wrong with one of the two. */
function judge(actorText: string, allowText: string) {
  try {
    const actor = parse(actorText, 'The actor')
    if (actor !== null && !isJsonObject(actor)) return { problem: 'The actor must be a JSON object or null' }
    const block = allowBlockSchema.nullable().safeParse(parse(allowText, 'The allow block'))
    if (!block.success) return { problem: `The allow block: ${block.error.issues[0]?.message ?? 'not one'}` }
    return { isAllowed: block.data === null || matchesAllowBlock(block.data, actor) }
  } catch (error) {
    if (error instanceof HttpError) return { problem: error.message }
    throw error
  }
}

function parse(text: string, what: string): JsonValue {
  try {
    return parseSentJson(text)
  } catch (cause) {
    throw new HttpError(400, `${what} is not JSON`, { cause })
  }
}
