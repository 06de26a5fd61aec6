import { readForm } from '../../http/body.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route, RouteParams } from '../../routing/route.ts'
import { formPageHeaders } from '../../http/security-headers.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { readTokenFacts, type TokenFacts } from './token-facts.ts'
import { TokenPage } from './token-page.tsx'
import { toolTabs, type ToolDeps } from './tools.ts'

/** Most bytes of a form with a token. */
const MAX_FORM_BYTES = 65_536

/**
 * `/-/token{.json}`: what a token says, who it speaks for, until when, and in plain words what it may do at most. It is the one that the
 * request came with, or one that was pasted; that comes by POST, so that it stands in no address.
 */
export function tokenRoutes(deps: ToolDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/token{.json}',
      allow: { who: 'anyone' },
      handle: async (c, params) => {
        const header = c.req.header('authorization') ?? ''
        const presented = /^Bearer (?<token>\S+)$/iu.exec(header)?.groups?.['token']
        return answer(deps, c, params, presented === undefined ? null : await readTokenFacts(deps, presented))
      },
    },
    {
      method: 'POST',
      path: '/-/token{.json}',
      allow: { who: 'anyone' },
      handle: async (c, params) => {
        const form = await readForm(c.req.raw, MAX_FORM_BYTES)
        return answer(deps, c, params, await readTokenFacts(deps, (form.get('token') ?? '').trim()))
      },
    },
  ]
}

function answer(
  deps: ToolDeps,
  c: AppContext,
  params: RouteParams,
  facts: TokenFacts | null,
): Response | Promise<Response> {
  if (params['format'] !== 'json') return show(deps, c, facts)
  const document = { ok: true, token: facts === null ? null : toJson(facts) }
  return jsonAnswer(c, [JSON.stringify(document)], { 'cache-control': 'private, no-store' })
}

function show(deps: ToolDeps, c: AppContext, facts: TokenFacts | null): Promise<Response> {
  const body = (
    <TokenPage
      tabs={toolTabs(deps, c.get('actor'), '/-/token')}
      action={deps.urls.path('/-/token')}
      facts={facts}
    />
  )
  return deps.page(c, { title: 'What a token says', width: 'narrow', headers: formPageHeaders(), body })
}

function toJson({ refusal, actorId, createdAt, expiresAt, isOfApp, restrictions, may }: TokenFacts) {
  return {
    valid: refusal === null,
    refused_because: refusal,
    actor_id: actorId,
    created_at: createdAt,
    expires_at: expiresAt,
    of_app: isOfApp,
    _r: restrictions,
    may:
      may?.map((sentence) => sentence.map((part) => ('name' in part ? part.name : part.text)).join('')) ??
      null,
  }
}
