import { isUtf8 } from 'node:buffer'
import { HttpError } from '../../../http/http-error.ts'

const NEWLINE = 0x0a
/** Bytes of the longest character. */
const LONGEST = 4

/** Passes the bytes of a text on that is UTF-8. Throws a 400 for the first line that is not. */
export async function* requireUtf8(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 1
  /** The end of what came before, where a character may have begun. */
  let before: Uint8Array = new Uint8Array()
  const judge = (chunk: Uint8Array | null) => {
    try {
      decoder.decode(chunk ?? new Uint8Array(), { stream: chunk !== null })
    } catch (cause) {
      const line = lines + (chunk === null ? 0 : goodLines(Buffer.concat([before, chunk])))
      const message = `Request body is not valid UTF-8 (line ${line}): save the file as UTF-8 and send it again`
      throw new HttpError(400, message, { cause })
    }
  }
  for await (const chunk of body) {
    judge(chunk)
    yield chunk
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1
    before = lastCharacter(Buffer.concat([before, chunk.subarray(-LONGEST)]))
  }
  judge(null)
}

/** The whole lines at the beginning of a text that are UTF-8. No character has the byte of a line break in it. */
function goodLines(text: Buffer): number {
  let lines = 0
  let start = 0
  for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, start)) {
    if (!isUtf8(text.subarray(start, end))) break
    lines += 1
    start = end + 1
  }
  return lines
}

/** The last character of a text that is UTF-8 up to there, or its beginning, unless that is a line break. */
function lastCharacter(text: Buffer): Uint8Array {
  const begin = text.findLastIndex((byte) => (byte & 0xc0) !== 0x80)
  return begin === -1 || text[begin] === NEWLINE ? new Uint8Array() : text.subarray(begin)
}
