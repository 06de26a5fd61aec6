import type { QueryFailure } from '../database/database.ts'
import { HttpError } from '../http/http-error.ts'

/** The refusal for a query that did not run to its end. The messages are SQLite's or ours, and safe to show. */
export function queryRefusal(failure: QueryFailure): HttpError {
  switch (failure.reason) {
    case 'interrupted':
      return new HttpError(
        400,
        'SQL query took too long. The time limit is controlled by the sql_time_limit_ms setting.',
      )
    case 'sql':
    case 'too-large':
      return new HttpError(400, failure.message)
    case 'locked':
      return new HttpError(503, failure.message, { headers: { 'Retry-After': '1' } })
    case 'full':
      return new HttpError(503, failure.message, { headers: { 'Retry-After': '60' } })
    case 'busy':
      return new HttpError(503, 'Too many queries are running. Try again in a moment.', {
        headers: { 'Retry-After': '1' },
      })
  }
}
