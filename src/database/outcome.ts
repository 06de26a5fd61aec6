import { fail, ok, type Result } from '../result.ts'
import type { Outcome } from './child.ts'
import type { QueryFailure } from './database.ts'
import type { Reply } from './messages.ts'

/** A child's answer that is not a failure, and the bytes that came with it. */
export type Answered = { readonly reply: Exclude<Reply, { kind: 'failed' }>; readonly body: Uint8Array }

/** The failure of a statement whose process ended by itself, or answered nonsense. */
export const CRASHED: QueryFailure = {
  reason: 'sql',
  message: 'The query ended unexpectedly. It may have needed too much memory.',
}

/** The failure of a statement when there is no process to run it: the server stops, or cannot start one. */
export const NOT_RUNNING: QueryFailure = { reason: 'sql', message: 'SQL cannot be run at the moment.' }

/** What a child's outcome means to the one who asked. */
export function judgeOutcome(outcome: Outcome, timeLimitMs: number): Result<Answered, QueryFailure> {
  if (outcome.kind === 'crashed') return fail(CRASHED)
  if (outcome.kind === 'killed') return fail({ reason: 'interrupted', timeLimitMs })

  const { reply, body } = outcome
  if (reply.kind !== 'failed') return ok({ reply, body })
  const { reason, message, statement } = reply
  switch (reason) {
    case 'interrupted':
      return fail({ reason, timeLimitMs })
    case 'sql':
      return fail({ reason, message, statement })
    case 'too-large':
    case 'locked':
    case 'full':
      return fail({ reason, message })
  }
}
