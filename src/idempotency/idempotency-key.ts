import { fail, ok, type Result } from '../result.ts'

/** Characters of the longest key: room for several UUIDs. */
const MAX_CHARACTERS = 255

/**
 * Reads an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07 §2.1): a string of RFC 8941 in double quotes. Many clients
 * leave the quotes out; visible characters without quotes, commas and spaces are the same key. The failure is the message to show.
 */
export function parseIdempotencyKey(header: string): Result<string, string> {
  const text = header.trim()
  const quoted = /^"(?<content>(?:[\x20-\x21\x23-\x5B\x5D-\x7E]|\\["\\])*)"$/u.exec(text)?.groups?.['content']
  const bare = /^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/u.test(text) ? text : undefined
  const key = quoted?.replaceAll(/\\(?<character>["\\])/gu, '$<character>') ?? bare
  if (key === undefined || key.trim() === '') {
    return fail(
      'Idempotency-Key must be text in double quotes, such as "8e03978e-40d5-43e8-bc93-6894a57f9324"',
    )
  }
  if (key.length > MAX_CHARACTERS) {
    return fail(`Idempotency-Key must have at most ${MAX_CHARACTERS} characters`)
  }
  return ok(key)
}
