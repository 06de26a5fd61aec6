import type { WriteFailure } from '../../../database/database.ts'
import { HttpError } from '../../../http/http-error.ts'
import { immutableRefusal, readOnlyRefusal } from '../../immutable.ts'
import { queryRefusal } from '../../query-refusal.ts'

/** The refusal for a write that did not happen. The messages are SQLite's or ours, and safe to show. */
export function writeRefusal(failure: WriteFailure): HttpError {
  switch (failure.reason) {
    case 'immutable':
      return immutableRefusal()
    case 'read-only':
      return readOnlyRefusal()
    case 'unmet':
      return new HttpError(409, 'Somebody else changed this meanwhile. Nothing was done; try again.')
    case 'unpermitted':
      return new HttpError(403, 'Permission denied')
    case 'in-doubt':
      return new UnknownOutcome(
        500,
        'The write was cut off while it was saved. The change may or may not have been kept.',
      )
    case 'interrupted': {
      const limit = 'The time limit is controlled by the sql_time_limit_ms setting.'
      return new HttpError(400, `The write took too long, and nothing was changed. ${limit}`)
    }
    case 'sql':
    case 'too-large':
    case 'locked':
    case 'full':
      return queryRefusal(failure)
    case 'busy':
      return new HttpError(
        503,
        'Too many writes are waiting for their turn. Nothing was changed; try again in a moment.',
        {
          headers: { 'Retry-After': '1' },
        },
      )
  }
}

/** The refusal of a write of which nobody knows whether it was done. */
export class UnknownOutcome extends HttpError {}
