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

/** Puts frames together from the pieces in which a stream delivers them. */
export class FrameAssembler {
  #pieces: Buffer[] = []
  #received = 0
  #needed = HEAD_BYTES
  readonly #maxBytes: number

  /** `maxBytes`: the largest frame that is accepted. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the next piece and returns the frames that are complete now, or null when one announces too many bytes. */
  push(piece: Buffer): readonly Frame[] | null {
    this.#pieces.push(piece)
    this.#received += piece.length

    const frames: Frame[] = []
    while (this.#received >= this.#needed) {
      const bytes = this.#gathered()
      const textBytes = bytes.readUInt32BE(0)
      const total = HEAD_BYTES + textBytes + bytes.readUInt32BE(4)
      if (total > this.#maxBytes) return null
      this.#needed = total
      if (bytes.length < total) break

      frames.push({
        text: bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + textBytes),
        body: bytes.subarray(HEAD_BYTES + textBytes, total),
      })
      this.#pieces = bytes.length > total ? [bytes.subarray(total)] : []
      this.#received = bytes.length - total
      this.#needed = HEAD_BYTES
    }
    return frames
  }

  #gathered(): Buffer {
    const [first] = this.#pieces
    if (first !== undefined && this.#pieces.length === 1) return first
    const all = Buffer.concat(this.#pieces)
    this.#pieces = [all]
    return all
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
