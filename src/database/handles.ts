import type { DatabaseSync } from 'node:sqlite'
import type { DatabaseFile } from './messages.ts'

/** Open handles of a child process, the ones used latest. */
export class Handles {
  readonly #open: (file: DatabaseFile) => DatabaseSync
  readonly #capacity: number
  readonly #handles = new Map<string, DatabaseSync>()

  /** `capacity`: how many files stay open. */
  constructor(open: (file: DatabaseFile) => DatabaseSync, capacity: number) {
    this.#open = open
    this.#capacity = capacity
  }

  /** The handle of a file, opened when needed; the one unused for longest makes room. Throws SQLite's error. */
  get(file: DatabaseFile): DatabaseSync {
    const known = this.#handles.get(file.path)
    const handle = known ?? this.#open(file)
    this.#handles.delete(file.path)
    this.#handles.set(file.path, handle)

    const [oldest] = this.#handles
    if (oldest !== undefined && this.#handles.size > this.#capacity) {
      this.#handles.delete(oldest[0])
      oldest[1].close()
    }
    return handle
  }

  /** Closes all of them, so that a write-ahead log is folded into its database. */
  close(): void {
    for (const handle of this.#handles.values()) handle.close()
    this.#handles.clear()
  }
}
