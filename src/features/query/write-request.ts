import { readText } from '../../http/body.ts'
import { HttpError } from '../../http/http-error.ts'
import { isJsonObject, parseSentJson, type JsonObject, type JsonValue } from '../../http/json.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { asksForJson } from '../json-requests.ts'
import { CHECKED_FIELD } from '../write/sql/sql-request.ts'

/** The values that were sent for a stored query that writes, all as text, and in which form the answer is wanted. */
export type WriteQueryRequest = {
  readonly values: URLSearchParams
  /** The SQL that the page showed; null where no page was shown. */
  readonly checked: string | null
  readonly wantsJson: boolean
}

/** Reads a form, or a JSON object, which is known by its braces (host.md §9.9). Throws what reading a body throws. */
export async function readWriteQuery(c: AppContext, { settings }: FeatureDeps): Promise<WriteQueryRequest> {
  const text = (await readText(c.req.raw, settings.max_post_body_bytes)).trim()
  const object = text.startsWith('{') && text.endsWith('}') ? parseObject(text) : null
  const values =
    object === null
      ? new URLSearchParams(text)
      : new URLSearchParams(
          Object.fromEntries(Object.entries(object).map(([name, value]) => [name, asText(value)])),
        )
  const asksInBody = object === null ? (values.get('_json') ?? '') !== '' : Boolean(object['_json'])
  return { values, checked: values.get(CHECKED_FIELD), wantsJson: asksInBody || asksForJson(c) }
}

function parseObject(text: string): JsonObject | null {
  try {
    const value = parseSentJson(text)
    return isJsonObject(value) ? value : null
  } catch (cause) {
    if (cause instanceof RangeError) throw new HttpError(400, `Invalid JSON: ${cause.message}`, { cause })
    return null
  }
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
