import type { HttpError } from '../../http/http-error.ts'
import type { JsonValue } from '../../http/json.ts'
import type { AppContext } from '../../routing/context.ts'

/** JSON that is already written, or a part of it: text, or UTF-8 bytes that pass through unread. */
export type JsonText = string | Uint8Array

const JSON_TYPE = 'application/json; charset=utf-8'

/** Answers with JSON that is already written. */
export function jsonAnswer(
  c: AppContext,
  parts: readonly JsonText[],
  headers: Readonly<Record<string, string>>,
  status: JsonStatus = 200,
): Response {
  return c.body(join(parts), status, { ...headers, 'content-type': JSON_TYPE })
}

/** What the JSON API answers with, besides refusals that are thrown. */
export type JsonStatus = 200 | 201 | HttpError['status']

/** Answers with one JSON text per line, without a newline at the end. */
export function jsonLinesAnswer(
  c: AppContext,
  lines: readonly string[],
  headers: Readonly<Record<string, string>>,
): Response {
  return c.body(lines.join('\n'), 200, { ...headers, 'content-type': 'text/plain' })
}

/** A JSON object whose values are either values to write or texts that are written already; keys in the order given. */
export function jsonObject(members: Readonly<Record<string, JsonMember>>): readonly JsonText[] {
  const parts: JsonText[] = ['{']
  for (const [key, member] of Object.entries(members)) {
    if (parts.length > 1) parts.push(',')
    parts.push(`${JSON.stringify(key)}:`, 'json' in member ? member.json : JSON.stringify(member.value))
  }
  return [...parts, '}']
}

/** What stands under a key: a value, or JSON text of any length. */
export type JsonMember = { readonly value: JsonValue } | { readonly json: JsonText }

/** Text stays text: Node sends it in one piece with the headers. */
function join(parts: readonly JsonText[]): string | Uint8Array<ArrayBuffer> {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)))
}
