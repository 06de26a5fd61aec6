/** Bytes that arrive in pieces. They are copied: a piece of one byte costs one byte, and not an object of its own. */
export class GatheredBytes {
  #room = Buffer.alloc(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.byteLength
    if (length > this.#room.byteLength) {
      const room = Buffer.alloc(Math.max(length, 2 * this.#room.byteLength))
      room.set(this.#room.subarray(0, this.#length))
      this.#room = room
    }
    this.#room.set(piece, this.#length)
    this.#length = length
  }

  /** Hands over what was gathered, and begins anew. */
  take(): Buffer {
    const gathered = this.#room.subarray(0, this.#length)
    this.#room = Buffer.alloc(0)
    this.#length = 0
    return gathered
  }
}
