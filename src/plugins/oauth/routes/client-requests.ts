/** What people and programs send to manage clients: a form, or JSON with the same names. */
import { z } from 'zod'
import { HttpError, fail, ok, readForm, readJson, type AppContext, type Result } from '../../../plugin.ts'
import type { RegistrationFields } from '../protocol/registration.ts'

/** Most bytes of a body. Ten redirect URIs at their longest fit in it, form-encoded. */
const MAX_BYTES = 131_072

/**
 * Reads a registration: `client_name`, `redirect_uri` or `redirect_uris` or both, and `client_type`. In a form
 * `redirect_uris` may be sent more than once and may hold several, one a line.
 *
 * The error is for whoever sent it. Throws a 413 for what is too long.
 */
export async function readRegistration(c: AppContext): Promise<Result<RegistrationFields, string>> {
  if (!isJson(c)) return inWords(async () => ok(fieldsOfForm(await readForm(c.req.raw, MAX_BYTES))))
  return inWords(async () => {
    const parsed = registrationSchema.safeParse(await readJson(c.req.raw, MAX_BYTES))
    if (!parsed.success) {
      return fail('client_name, redirect_uri and client_type must be text, and redirect_uris a list of text')
    }
    const { client_name: name, redirect_uri: uri, redirect_uris: uris, client_type: kind } = parsed.data
    return ok({ name, redirectUris: uri === null ? uris : [uri, ...uris], kind })
  })
}

/** Reads which secret to retire; null to make a new one. Errors as for `readRegistration`. */
export async function readSecretChange(c: AppContext): Promise<Result<string | null, string>> {
  if (!isJson(c)) return inWords(async () => ok((await readForm(c.req.raw, MAX_BYTES)).get('retire')))
  return inWords(async () => {
    const parsed = secretChangeSchema.safeParse(await readJson(c.req.raw, MAX_BYTES))
    return parsed.success
      ? ok(parsed.data.retire)
      : fail('The body must be an object, and retire must be text')
  })
}

/** A registration from the fields of a form. */
export function fieldsOfForm(form: URLSearchParams): RegistrationFields {
  return {
    name: form.get('client_name') ?? '',
    redirectUris: [
      ...form.getAll('redirect_uri'),
      ...form.getAll('redirect_uris').flatMap((lines) => lines.split(/\r?\n/u)),
    ],
    kind: form.get('client_type'),
  }
}

/** Reads the form of a page. Throws a 413 for what is too long. */
export async function readPageForm(c: AppContext): Promise<URLSearchParams> {
  return readForm(c.req.raw, MAX_BYTES)
}

const registrationSchema = z.object({
  client_name: z.string().default(''),
  redirect_uri: z.string().nullable().default(null),
  redirect_uris: z.array(z.string()).default([]),
  client_type: z.string().nullable().default(null),
})

const secretChangeSchema = z.object({ retire: z.string().nullable().default(null) })

function isJson(c: AppContext): boolean {
  return c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
}

/** Errors of this API have one shape, also when the host finds that the body cannot be read. */
async function inWords<T>(read: () => Promise<Result<T, string>>): Promise<Result<T, string>> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof HttpError && error.status === 400) return fail(error.message)
    throw error
  }
}
