import { readForm } from '../../http/body.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
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
        const presented = /^Bearer (?<token>\S+)$/u.exec(c.req.header('authorization') ?? '')?.groups?.[
          'token'
        ]
        const facts = presented === undefined ? null : await readTokenFacts(deps, presented)
        if (params['format'] !== 'json') return show(deps, c, facts)
        const headers = { 'cache-control': 'private, no-store' }
        return jsonAnswer(
          c,
          [JSON.stringify({ ok: true, token: facts === null ? null : toJson(facts) })],
          headers,
        )
      },
    },
    {
      method: 'POST',
      path: '/-/token{.json}',
      allow: { who: 'anyone' },
      handle: async (c, params) => {
        const form = await readForm(c.req.raw, MAX_FORM_BYTES)
        const facts = await readTokenFacts(deps, (form.get('token') ?? '').trim())
        if (params['format'] !== 'json') return show(deps, c, facts)
        const headers = { 'cache-control': 'private, no-store' }
        return jsonAnswer(c, [JSON.stringify({ ok: true, token: toJson(facts) })], headers)
      },
    },
  ]
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
