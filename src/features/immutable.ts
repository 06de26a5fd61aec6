import { HttpError } from '../http/http-error.ts'

/** What programs are told about a change in a file that is served as one that never changes (host.md §10). */
export const IMMUTABLE_TEXT = 'Database is immutable'

/** The same for a file that the system keeps the server from writing to. */
export const READ_ONLY_TEXT = 'Database is read-only: the server may not write to its file'

/** The refusal of a change in a file that never changes. */
export function immutableRefusal(): HttpError {
  return new HttpError(403, IMMUTABLE_TEXT)
}

/** The refusal of a change in a file that the server may not write to. */
export function readOnlyRefusal(): HttpError {
  return new HttpError(403, READ_ONLY_TEXT)
}
