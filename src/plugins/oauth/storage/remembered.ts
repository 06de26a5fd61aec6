import type { ChangeWatch } from './change-watch.ts'

/** Most things of a kind that are remembered. */
const CAPACITY = 10_000

/**
 * What was read from the store, in memory: a token or a client that comes again costs no read as long as nothing was changed. After
 * a change all is forgotten, and each is read once more. When the store cannot be read, so does this fail.
 */
export class Remembered<Key, Value> {
  readonly #watch: ChangeWatch
  readonly #read: (key: Key) => Promise<Value | undefined>
  #known = new Map<Key, Value>()
  #state = -1

  /** `read` gives what is to be remembered: undefined for a key that may be anything at the next moment. */
  constructor(watch: ChangeWatch, read: (key: Key) => Promise<Value | undefined>) {
    this.#watch = watch
    this.#read = read
  }

  /** What `read` gives, or gave. */
  async find(key: Key): Promise<Value | undefined> {
    await this.#watch.listen()
    if (this.#state !== this.#watch.state) this.#forget()
    const known = this.#known.get(key)
    if (known !== undefined) return known

    const memory = this.#known
    const found = await this.#read(key)
    // What was read before a change must not be remembered after it.
    if (found !== undefined && memory === this.#known && this.#state === this.#watch.state) {
      const [oldest] = memory.keys()
      if (memory.size >= CAPACITY && oldest !== undefined) memory.delete(oldest)
      memory.set(key, found)
    }
    return found
  }

  #forget(): void {
    this.#known = new Map()
    this.#state = this.#watch.state
  }
}
