import type { AppContext } from '../../routing/context.ts'
import type { Refusal, Route } from '../../routing/route.ts'
import { errorEnvelope } from '../../http/error-envelope.ts'
import { HttpError } from '../../http/http-error.ts'
import { jsonAnswer } from '../json-answer.ts'

/** Answers with the error envelope (host.md §9.10). */
export function errorJson(c: AppContext, status: HttpError['status'], messages: readonly string[]): Response {
  return jsonAnswer(c, [JSON.stringify(errorEnvelope(status, messages))], {}, status)
}

/** Runs a handler whose refusals are always JSON: the write API has no pages, whatever its addresses end with. */
export function refusingInJson(handle: Route['handle']): Route['handle'] {
  return async (c, params) => {
    try {
      return await handle(c, params)
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      for (const [name, value] of Object.entries(error.headers)) c.header(name, value)
      return errorJson(c, error.status, [error.message])
    }
  }
}

/** How a write endpoint turns requests away (host.md §10). */
export function refuseInJson(c: AppContext, refusal: Refusal): Response {
  switch (refusal.reason) {
    case 'method-not-allowed':
      return errorJson(c, 405, ['Method not allowed'])
    case 'token-not-accepted':
    case 'signed-out':
    case 'forbidden':
      return errorJson(c, 403, ['Permission denied'])
  }
}
