import type { AppContext, JsonValue } from '../../../plugin.ts'
import type { TokenError } from '../protocol/failure.ts'

/** Something that `JSON.stringify` writes as an object or a list. */
type Body = JsonValue | Readonly<Record<string, JsonValue | undefined>>

/** Answers a program. Nothing that this plugin says to a program may be kept by a cache (RFC 6749 §5.1). */
export function answerJson(
  c: AppContext,
  body: Body,
  status: 200 | 201 | 400 | 401 | 403 | 404 | 405 | 409 | 429 | 503 = 200,
): Response {
  c.header('cache-control', 'no-store')
  c.header('content-type', 'application/json; charset=utf-8')
  return c.body(JSON.stringify(body), status)
}

/** Answers a client that asked for a token, or for the codes of a device, with why it gets none (RFC 6749 §5.2). */
export function answerTokenError(
  c: AppContext,
  { challenge, description, error, status }: TokenError,
): Response {
  if (challenge) c.header('www-authenticate', 'Basic realm="oauth"')
  return answerJson(c, { error, error_description: description }, status)
}
