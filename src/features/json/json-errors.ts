import { errorEnvelope } from '../../http/error-envelope.ts'
import { HttpError } from '../../http/http-error.ts'
import type { Permissions } from '../../permissions/permissions.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Refusal, Route } from '../../routing/route.ts'
import { challengeHeaders } from '../challenge.ts'
import { jsonAnswer } from './json-answer.ts'

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
      return refusalJson(c, error)
    }
  }
}

/** What a write endpoint says to who may not use it, and every action that its requests need. */
export type Denial = { readonly denied: string; readonly needs: readonly string[] }

/** How a write endpoint turns requests away (host.md §10). A wrong method is the host's to answer (§8.4). */
export function refuseInJson(
  permissions: Permissions,
  { denied, needs }: Denial,
): (c: AppContext, refusal: Refusal) => Response | null {
  return (c, refusal) => {
    switch (refusal.reason) {
      case 'method-not-allowed':
        return null
      case 'token-not-accepted':
      case 'signed-out':
        return errorJson(c, 403, ['Permission denied'])
      case 'forbidden': {
        const headers = challengeHeaders(permissions, c.get('actor'), needs, refusal.resource)
        return refusalJson(c, new HttpError(403, denied, { headers }))
      }
    }
  }
}

/** Answers a refusal with the error envelope. */
export function refusalJson(c: AppContext, error: HttpError): Response {
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value)
  return errorJson(c, error.status, [error.message])
}
