import type { AppContext, JsonValue } from '../../../plugin.ts'
import type { TokenResponse } from '../protocol/access-token.ts'
import type { ServerMetadata } from '../protocol/metadata.ts'

/** Answers a program. Nothing that this plugin says to a program may be kept by a cache (RFC 6749 §5.1). */
export function answerJson(
  c: AppContext,
  body: JsonValue | TokenResponse | ServerMetadata,
  status: 200 | 400 | 401 | 403 | 404 | 405 | 409 | 429 = 200,
): Response {
  c.header('cache-control', 'no-store')
  c.header('content-type', 'application/json; charset=utf-8')
  return c.body(JSON.stringify(body), status)
}
