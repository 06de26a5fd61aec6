import { readText, type BodySource } from '../../http/body.ts'
import { parseExactJson, type ExactJson } from '../../http/exact-json.ts'
import { HttpError } from '../../http/http-error.ts'
import type { FeatureDeps } from '../feature-deps.ts'

/** The body of a write, whatever its content type says; a 400 for what is not JSON, a 413 for what is too long. */
export async function requireJsonBody(source: BodySource, { settings }: FeatureDeps): Promise<ExactJson> {
  const body = parseExactJson(await readText(source, settings.max_post_body_bytes))
  if (!body.ok) throw new HttpError(400, `Invalid JSON: ${body.error}`)
  return body.value
}
