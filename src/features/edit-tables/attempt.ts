import { HttpError } from '../../http/http-error.ts'
import { fail, ok, type Result } from '../../result.ts'

/** Does what the write API does for a form: its refusals are shown beside the form, with everything that was written. */
export async function attempt<T>(work: () => T | Promise<T>): Promise<Result<T, HttpError>> {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof HttpError) return fail(error)
    throw error
  }
}
