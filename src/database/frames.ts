import { readSync, writeSync } from 'node:fs'

/**
 * A message between the server and a child: a JSON text and, after it, raw bytes. On the wire: the two
 * lengths as 32-bit big-endian numbers, then both parts.
 */
export type Frame = { readonly text: string; readonly body: Buffer }

const HEAD_BYTES = 8

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

/** Waits for the next frame and returns its text, or null when the other side is gone. Blocks the thread. */
export function readFrameTextSync(fd: number): string | null {
  const head = readExactly(fd, HEAD_BYTES)
  if (head === null) return null
  const textBytes = head.readUInt32BE(0)
  const rest = readExactly(fd, textBytes + head.readUInt32BE(4))
  return rest === null ? null : rest.toString('utf8', 0, textBytes)
}

/** Writes a frame. Blocks the thread until the system has taken all of it. */
export function writeFrameSync(fd: number, text: string, body: readonly Uint8Array[]): void {
  const bodyBytes = body.reduce((sum, piece) => sum + piece.byteLength, 0)
  for (const piece of [formatFrameStart(text, bodyBytes), ...body]) {
    for (let sent = 0; sent < piece.byteLength;) sent += writeSync(fd, piece, sent)
  }
}

function readExactly(fd: number, byteCount: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(byteCount)
  for (let got = 0; got < byteCount;) {
    const more = readSync(fd, bytes, got, byteCount - got, null)
    if (more === 0) return null
    got += more
  }
  return bytes
}
