/** Why the internal database cannot be used. */
export type StoreFault =
  | { readonly reason: 'not-sqlite' }
  /** It is SQLite, but its content contradicts itself. */
  | { readonly reason: 'damaged' }
  /** It cannot be opened or created: no such directory, no permission, or a directory stands there. */
  | { readonly reason: 'cannot-open' }
  /** It can be read only, or the disk is full. */
  | { readonly reason: 'not-writable' }
  /** Another process held the write lock for longer than the waiting time. */
  | { readonly reason: 'busy' }
  /** A later version of this program, or of a plugin, has already changed it. */
  | { readonly reason: 'newer'; readonly migrations: readonly string[] }

/** A fault of the internal database at `path`, as one line for the person who started the server. */
export function formatStoreFault(path: string, fault: StoreFault): string {
  const database = `The internal database ${path}`
  switch (fault.reason) {
    case 'not-sqlite':
      return `${database} is not a SQLite database`
    case 'damaged':
      return `${database} is damaged; put back a copy of it, or use another file`
    case 'cannot-open':
      return `${database} cannot be opened; its directory must exist and be writable`
    case 'not-writable':
      return `${database} cannot be written to`
    case 'busy':
      return `${database} is locked by another process`
    case 'newer':
      return `${database} was made by a newer version (${fault.migrations.join(', ')}); start that version, or use another file`
  }
}

/** The fault that an error of SQLite stands for, or null when the error is something else. */
export function storeFaultOf(error: unknown): StoreFault | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  // The low byte is the primary result code: https://sqlite.org/rescode.html
  switch (error.errcode & 0xff) {
    case SQLITE_BUSY:
      return { reason: 'busy' }
    case SQLITE_READONLY:
    case SQLITE_FULL:
      return { reason: 'not-writable' }
    case SQLITE_CORRUPT:
      return { reason: 'damaged' }
    case SQLITE_CANTOPEN:
      return { reason: 'cannot-open' }
    case SQLITE_NOTADB:
      return { reason: 'not-sqlite' }
    default:
      return null
  }
}

const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26
