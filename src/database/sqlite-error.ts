/** SQLite's result codes that mean something of their own here. */
const NOMEM = 7
const FULL = 13
const TOO_BIG = 18

/** What people read while another process holds a file's lock. */
export const LOCKED_TEXT = 'This database is being written to just now. Try again in a moment.'

/** What people read when the disk is full. */
export const FULL_TEXT = 'There is no room for this just now. Nothing was changed.'

/** SQLite's extended result code of an error that it reported, or null for any other error. */
export function sqliteErrorCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/** SQLite's primary result codes of a lock that another connection holds. */
const LOCKED_CODES: ReadonlySet<number> = new Set([5, 6])

/** Whether another connection's lock is what stopped a statement. The low byte is the primary code; the rest tells kinds apart. */
export function isLocked(error: unknown): boolean {
  const code = sqliteErrorCode(error)
  return code !== null && LOCKED_CODES.has(code & 0xff)
}

/** What stopped a statement, in words that may be shown. */
export type StatementFailure = {
  readonly reason: 'sql' | 'too-large' | 'locked' | 'full'
  readonly message: string
}

/** Explains an error that a statement caused. Any other error is a bug and is thrown on. */
export function explainStatementError(error: unknown): StatementFailure {
  const code = sqliteErrorCode(error)
  if (code !== null && error instanceof Error) {
    if (isLocked(error)) return { reason: 'locked', message: LOCKED_TEXT }
    if (code === FULL) return { reason: 'full', message: FULL_TEXT }
    if (code === NOMEM) return { reason: 'too-large', message: 'The statement needed too much memory.' }
    return { reason: code === TOO_BIG ? 'too-large' : 'sql', message: error.message }
  }
  // Node's own refusals: a statement without content (TypeError), a string or buffer beyond its size (RangeError).
  if (error instanceof RangeError)
    return { reason: 'too-large', message: 'A value in the answer is too large.' }
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_ARG_VALUE') {
    return { reason: 'sql', message: 'The SQL contains no statement.' }
  }
  throw error
}
