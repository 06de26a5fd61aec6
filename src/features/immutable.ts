import { HttpError } from '../http/http-error.ts'

/** What programs are told about a change in a file that is served as one that never changes (host.md §10). */
export const IMMUTABLE_TEXT = 'Database is immutable'

/** The refusal of such a change. */
export function immutableRefusal(): HttpError {
  return new HttpError(403, IMMUTABLE_TEXT)
}
