/** What every refused JSON request is answered with (host.md §9.10). */
export type ErrorEnvelope = {
  readonly ok: false
  /** All messages in one line. */
  readonly error: string
  readonly errors: readonly string[]
  /** The status of the response. */
  readonly status: number
}

/** Makes the envelope for one or more public messages. */
export function errorEnvelope(status: number, messages: readonly string[]): ErrorEnvelope {
  return { ok: false, error: messages.join('; '), errors: messages, status }
}
