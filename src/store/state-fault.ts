/** Why a server cannot keep its state. */
export type StateFault =
  | { readonly reason: 'cannot-create'; readonly path: string; readonly code: string }
  | { readonly reason: 'cannot-read'; readonly path: string; readonly code: string }
  /** Others than the owner can read or change it, so that a secret in it may be known to them. */
  | { readonly reason: 'too-open'; readonly path: string; readonly wantedMode: '600' | '700' }
  /** It belongs to another user, who may know what is in it. */
  | { readonly reason: 'not-ours'; readonly path: string }
  | { readonly reason: 'not-a-secret'; readonly path: string }
  /** Everybody who may see the database would read the internal records. */
  | { readonly reason: 'internal-is-served'; readonly path: string }

/** A fault as one line that says what to do about it. */
export function formatStateFault(fault: StateFault): string {
  switch (fault.reason) {
    case 'cannot-create':
      return `${fault.path} cannot be created (${fault.code}); choose where state is kept with --internal FILE or XDG_STATE_HOME`
    case 'cannot-read':
      return `${fault.path} cannot be read (${fault.code})`
    case 'too-open':
      return `${fault.path} is open to other users; run chmod ${fault.wantedMode} on it, and remove the secret in it if others may have read it`
    case 'not-ours':
      return `${fault.path} belongs to another user`
    case 'not-a-secret':
      return `${fault.path} does not hold a secret of 64 hex digits; remove it to get a new one, which signs everybody out`
    case 'internal-is-served':
      return `${fault.path} is the internal database and must not be served as well`
  }
}

/** The code of an error of the file system, such as `EACCES`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error'
}
