import { readText, type BodySource } from '../../../http/body.ts'
import { parseExactJson, type ExactJson } from '../../../http/exact-json.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { FeatureDeps } from '../../feature-deps.ts'

/** The body of a write, whatever its content type says; a 400 for what is not JSON, a 413 for what is too long. */
export async function requireJsonBody(source: BodySource, { settings }: FeatureDeps): Promise<ExactJson> {
  const body = parseExactJson(await readText(source, settings.max_post_body_bytes))
  if (!body.ok) throw new HttpError(400, `Invalid JSON: ${body.error}${hintFor(source)}`)
  return body.value
}

/** What the tools of the command line send when nobody tells them what the body is. */
function hintFor({ headers }: BodySource): string {
  const isForm = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/iu.test(
    headers.get('content-type') ?? '',
  )
  return isForm
    ? '. The Content-Type is that of a form: send JSON, or text/csv or application/x-ndjson as what they are'
    : ''
}
