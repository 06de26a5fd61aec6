import { readSync, writeSync } from 'node:fs'

/**
 * A message between the server and a child: a JSON text and, after it, raw bytes. On the wire: the two
 * lengths as 32-bit big-endian numbers, then both parts.
 */
export type Frame = { readonly text: string; readonly body: Buffer }

const HEAD_BYTES = 8

/** How much is read at once. */
const READ_BYTES = 16 * 1024

/** A frame with a smaller body is written at once. */
const ONE_WRITE_BYTES = 128 * 1024

/** The beginning of a frame on the wire: lengths and text; `bodyBytes` bytes must follow. */
export function formatFrameStart(text: string, bodyBytes: number): Buffer {
  const textBytes = Buffer.byteLength(text)
  const start = Buffer.allocUnsafe(HEAD_BYTES + textBytes)
  start.writeUInt32BE(textBytes, 0)
  start.writeUInt32BE(bodyBytes, 4)
  start.write(text, HEAD_BYTES)
  return start
}

/**
 * Puts frames together from the pieces in which a stream delivers them. Each part is copied into a buffer of its own size:
 * the pieces, mostly empty, would together take several times the memory of a large answer.
 */
export class FrameAssembler {
  /** What is being filled: the head of a frame, then text and body. */
  #part = Buffer.allocUnsafe(HEAD_BYTES)
  #filled = 0
  /** Null while the head is not complete. */
  #textBytes: number | null = null
  readonly #maxBytes: number

  /** `maxBytes`: the largest frame that is accepted. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the next piece and returns the frames that are complete now, or null when one announces too many bytes. */
  push(piece: Buffer): readonly Frame[] | null {
    const frames: Frame[] = []
    for (let at = 0; ;) {
      const taken = piece.copy(this.#part, this.#filled, at)
      at += taken
      this.#filled += taken
      if (this.#filled < this.#part.length) return frames

      const content = this.#part
      if (this.#textBytes === null) {
        const textBytes = content.readUInt32BE(0)
        const total = textBytes + content.readUInt32BE(4)
        if (HEAD_BYTES + total > this.#maxBytes) return null
        this.#await(total, textBytes)
      } else {
        const text = content.toString('utf8', 0, this.#textBytes)
        frames.push({ text, body: content.subarray(this.#textBytes) })
        this.#await(HEAD_BYTES, null)
      }
    }
  }

  #await(byteCount: number, textBytes: number | null): void {
    this.#part = Buffer.allocUnsafe(byteCount)
    this.#filled = 0
    this.#textBytes = textBytes
  }
}

/**
 * Reads frames one after the other from a descriptor, and nothing else may read there. What has arrived is taken in one
 * system call, which for most frames is all of it.
 */
export class FrameReader {
  readonly #fd: number
  #bytes = Buffer.allocUnsafe(READ_BYTES)
  #start = 0
  #end = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Waits for the next frame and returns its text, or null when the other side is gone. Blocks the thread. */
  nextText(): string | null {
    if (!this.#has(HEAD_BYTES)) return null
    const textBytes = this.#bytes.readUInt32BE(this.#start)
    const total = HEAD_BYTES + textBytes + this.#bytes.readUInt32BE(this.#start + 4)
    if (!this.#has(total)) return null

    const text = this.#bytes.toString('utf8', this.#start + HEAD_BYTES, this.#start + HEAD_BYTES + textBytes)
    this.#start += total
    return text
  }

  /** Reads until there are so many bytes; false when the other side has no more. */
  #has(byteCount: number): boolean {
    if (this.#start + byteCount > this.#bytes.length) this.#makeRoom(byteCount)
    while (this.#end - this.#start < byteCount) {
      const more = readSync(this.#fd, this.#bytes, this.#end, this.#bytes.length - this.#end, null)
      if (more === 0) return false
      this.#end += more
    }
    return true
  }

  #makeRoom(byteCount: number): void {
    const rest = this.#bytes.subarray(this.#start, this.#end)
    this.#bytes = Buffer.concat([rest], Math.max(READ_BYTES, byteCount))
    this.#start = 0
    this.#end = rest.length
  }
}

/** Writes a frame. Blocks the thread until the system has taken all of it. */
export function writeFrameSync(fd: number, text: string, body: readonly Uint8Array[]): void {
  const bodyBytes = body.reduce((sum, piece) => sum + piece.byteLength, 0)
  const start = formatFrameStart(text, bodyBytes)
  // The other side wakes up for each write: a small frame is one.
  const pieces = bodyBytes < ONE_WRITE_BYTES ? [Buffer.concat([start, ...body])] : [start, ...body]
  for (const piece of pieces) {
    for (let sent = 0; sent < piece.byteLength;) sent += writeSync(fd, piece, sent)
  }
}
