import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { requireUtf8 } from './require-utf8.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (bytes: Buffer, size: number) => buffer(requireUtf8(inPieces(bytes, size)))

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([...part]))))

describe.each([1, 2, 3, 1000])('requireUtf8, %d bytes at a time', (size) => {
  it('passes text on', async () => {
    const text = Buffer.from('\uFEFFid,Name\n1,Zoë 日本 \u{1F4FC}\n')
    expect(await read(text, size)).toEqual(text)
  })

  it.each([
    ['Latin-1', bytes('id,name\n1,Zo', [0xeb], '\n2,x'), 2],
    ['Latin-1 after UTF-8', bytes('é\né\né', [0xeb], 'x'), 3],
    ['UTF-16', bytes([0xff, 0xfe], 'i\0d\0'), 1],
    ['half a character at the end', bytes('a\nb', [0xc3]), 2],
    ['half a character before a line break', bytes('a\nb', [0xc3], '\nc'), 2],
  ])('names the line of %s', async (_what, text, line) => {
    await expect(read(text, size)).rejects.toThrow(
      `Request body is not valid UTF-8 (line ${line}): save the file as UTF-8 and send it again`,
    )
  })
})
