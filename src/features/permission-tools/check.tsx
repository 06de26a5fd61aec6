import type { Actor } from '../../auth/actor.ts'
import { HttpError } from '../../http/http-error.ts'
import { readForm } from '../../http/body.ts'
import { isJsonObject, parseSentJson, type JsonObject, type JsonValue } from '../../http/json.ts'
import { explain } from '../../permissions/explain.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { CheckPage } from './check-page.tsx'
import { checkJson } from './check-json.ts'
import { requireAction, requirePlace, resourceOf } from './question.ts'
import { toolTabs, type ToolDeps } from './tools.ts'

const ORPHAN = 'parent is required when child is provided'

/** Most bytes of a question that is sent as a form. */
const MAX_FORM_BYTES = 65_536

/** Longest actor that is asked about, in characters. It bounds how deep one can be nested. */
const MAX_ACTOR_LENGTH = 4000

/** What is asked: may this actor do this to that. */
type Question = {
  readonly action: string | null
  readonly parent: string | null
  readonly child: string | null
  /** JSON; null for whoever asks. */
  readonly actor: string | null
}

/** `GET /-/check{.json}` and `POST /-/permissions`: why somebody may do something or not (host.md §11.8). */
export function checkRoutes(deps: ToolDeps): readonly Route[] {
  const allow = { who: 'permitted', action: 'permissions-debug' } as const
  return [
    {
      method: 'GET',
      path: '/-/check{.json}',
      allow,
      handle: (c, params) => {
        const query = parametersOf(c)
        const question: Question = {
          action: query.get('action'),
          parent: query.get('parent'),
          child: query.get('child'),
          actor: query.get('actor'),
        }
        return params['format'] === 'json' ? answerJson(deps, c, question) : show(deps, c, question)
      },
    },
    {
      method: 'POST',
      path: '/-/permissions',
      allow,
      handle: async (c) => {
        const form = await readForm(c.req.raw, MAX_FORM_BYTES)
        return answerJson(deps, c, {
          action: form.get('permission'),
          parent: form.get('resource_1'),
          child: form.get('resource_2'),
          actor: form.get('actor'),
        })
      },
    },
  ]
}

function judge({ permissions }: ToolDeps, c: AppContext, question: Question) {
  const action = requireAction(permissions, question.action)
  const place = requirePlace(question.parent, question.child, ORPHAN)
  const actor = requireActor(question.actor, c.get('actor'))
  return { actor, place, explanation: explain(permissions, actor, action, resourceOf(place)) }
}

function answerJson(deps: ToolDeps, c: AppContext, question: Question): Response {
  const { actor, place, explanation } = judge(deps, c, question)
  return jsonAnswer(c, [JSON.stringify(checkJson(deps.urls, actor, place, explanation))], dataHeaders(c))
}

/** The actor that a question names, or a refusal. Nothing named is whoever asks, `null` is anonymous. */
function requireActor(text: string | null, asking: Actor | null): Actor | null {
  if (text === null || text.trim() === '') return asking
  if (text.length > MAX_ACTOR_LENGTH)
    throw new HttpError(400, `actor must be shorter than ${MAX_ACTOR_LENGTH}`)
  const value = parseJson(text)
  if (value === null) return null
  if (!isJsonObject(value)) throw new HttpError(400, 'actor must be a JSON object or null')
  return value
}

function parseJson(text: string): JsonValue {
  try {
    return parseSentJson(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not JSON'
    throw new HttpError(400, `Invalid actor JSON: ${why}`, { cause })
  }
}

function show(deps: ToolDeps, c: AppContext, question: Question): Promise<Response> {
  const { permissions, urls } = deps
  const found = question.action === null || question.action === '' ? null : judgeOrSay(deps, c, question)
  const body = (
    <CheckPage
      tabs={toolTabs(deps, c.get('actor'), '/-/check')}
      action={urls.path('/-/check')}
      actions={permissions.actions}
      asked={{
        action: question.action ?? 'view-table',
        parent: question.parent ?? '',
        child: question.child ?? '',
        actor: question.actor ?? writeActor(c.get('actor')),
      }}
      problem={found !== null && 'problem' in found ? found.problem : null}
      explanation={found !== null && 'explanation' in found ? found.explanation : null}
      jsonPath={urls.path(`/-/check.json${new URL(c.req.url).search}`)}
    />
  )
  const status = found !== null && 'problem' in found ? 400 : 200
  return deps.page(c, {
    title: 'Why a permission is given',
    width: 'wide',
    status,
    headers: dataHeaders(c),
    body,
  })
}

/** A mistyped question is said beside the form, which keeps what was typed. */
function judgeOrSay(deps: ToolDeps, c: AppContext, question: Question) {
  try {
    return { explanation: judge(deps, c, question).explanation }
  } catch (error) {
    if (error instanceof HttpError && error.status < 500) return { problem: error.message }
    throw error
  }
}

function writeActor(actor: Actor | null): string {
  const shown: JsonObject | null = actor
  return JSON.stringify(shown)
}
