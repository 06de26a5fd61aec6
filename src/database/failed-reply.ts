import type { Reply } from './messages.ts'

/** What a child says of a request that was not done. */
export type FailedReply = Extract<Reply, { kind: 'failed' }>

/** The reply of a request that was not done. The message may be shown. */
export function failed(reason: FailedReply['reason'], message: string): FailedReply {
  return { kind: 'failed', reason, message }
}

/** The reply of a request whose time limit has passed. */
export function interrupted(): FailedReply {
  return failed('interrupted', 'The time limit has passed.')
}
