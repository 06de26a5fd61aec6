import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { turnEnd } from '../turn.ts'

/**
 * One read transaction for all that is asked in a turn of the event loop, by whatever requests: the file is locked once for their
 * statements, and they see the same state of it. It is no older than any of the requests that have arrived, and no answer leaves before it has ended (decisions/0039).
 */
export class Snapshot {
  readonly #handle: DatabaseSync
  readonly #begin: StatementSync
  readonly #end: StatementSync
  #isOpen = false

  constructor(handle: DatabaseSync) {
    this.#handle = handle
    this.#begin = handle.prepare('BEGIN')
    this.#end = handle.prepare('COMMIT')
  }

  /** Begins it, where it has not begun; it ends with the turn. */
  hold(): void {
    if (this.#isOpen) return
    this.#begin.run()
    this.#isOpen = true
    void turnEnd().then(() => this.release())
  }

  /** Ends it now, because there is something newer to see. */
  release(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // The file may have been closed by the work itself.
    if (this.#handle.isOpen) this.#end.run()
  }
}
