import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * One read transaction for all that a piece of work asks before it waits for anything: the file is locked once for its
 * statements, and they see the same state of it.
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

  /** Begins it, where it has not begun; it ends by itself when the work that runs now is over. */
  hold(): void {
    if (this.#isOpen) return
    this.#begin.run()
    this.#isOpen = true
    queueMicrotask(() => this.#release())
  }

  #release(): void {
    this.#isOpen = false
    // The file may have been closed by the work itself.
    if (this.#handle.isOpen) this.#end.run()
  }
}
