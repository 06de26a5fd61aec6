import { readForm, readJson } from '../../http/body.ts'
import type { JsonObject, JsonValue } from '../../http/json.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { sendsJson } from '../json-requests.ts'

/** A body that is a form or JSON, which then is answered with JSON. */
export type Body =
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'form'; readonly value: JsonObject }

/** Reads a body. Throws what reading one throws. */
export async function readBody(c: AppContext, { settings }: FeatureDeps): Promise<Body> {
  if (sendsJson(c)) {
    return { kind: 'json', value: await readJson(c.req.raw, settings.max_post_body_bytes) }
  }
  const { csrftoken: _token, ...fields } = Object.fromEntries(
    await readForm(c.req.raw, settings.max_post_body_bytes),
  )
  return { kind: 'form', value: fields }
}

/** The text of a field, empty without it. */
export function field(form: JsonObject, name: string): string {
  const value = Object.hasOwn(form, name) ? form[name] : ''
  return typeof value === 'string' ? value : ''
}
