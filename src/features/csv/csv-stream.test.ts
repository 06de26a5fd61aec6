import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../result.ts'
import { csvStream, type CsvPage } from './csv-stream.ts'

/** Pages of one line each, and how far they were read. */
function counted(pages: number, line = 'x\r\n') {
  const seen = { pages: 0 }
  const page = (): CsvPage => {
    seen.pages += 1
    const isLast = seen.pages === pages
    return { lines: [line], next: isLast ? null : async () => ok(page()) }
  }
  return { seen, first: page() }
}

const text = (stream: ReadableStream<Uint8Array>) => new Response(stream).text()

describe('csvStream', () => {
  it('writes page after page', async () => {
    expect(await text(csvStream(counted(3).first, 0, () => {}))).toBe('x\r\nx\r\nx\r\n')
  })

  it('reads no page before the one before it was taken', async () => {
    const { seen, first } = counted(1000)
    const reader = csvStream(first, 0, () => {}).getReader()
    for (let taken = 1; taken <= 20; taken += 1) {
      await reader.read()
      expect(seen.pages).toBe(taken)
    }
    await reader.cancel()
  })

  it('reads nothing that nobody asks for', async () => {
    let lines = 0
    const page: CsvPage = {
      lines: (function* count() {
        lines += 1
        yield 'x'
      })(),
      next: null,
    }
    const stream = csvStream(page, 0, () => {})
    await new Promise(setImmediate)
    expect(lines).toBe(0)
    await stream.cancel()
  })

  it('ends its work when the client has gone', async () => {
    const { seen, first } = counted(1000)
    let stopped = 0
    const reader = csvStream(first, 0, () => (stopped += 1)).getReader()
    await reader.read()
    await reader.cancel()
    await new Promise(setImmediate)
    expect([seen.pages, stopped]).toEqual([1, 1])
  })

  it('sends large pages in pieces', async () => {
    const line = `${'x'.repeat(999)}\r\n`
    const first = { lines: Array.from({ length: 1000 }, () => line), next: null }
    const sizes: number[] = []
    for await (const chunk of csvStream(first, 0, () => {})) sizes.push(chunk.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(line.length * 1000)
    expect(Math.max(...sizes)).toBeLessThan(70_000)
  })

  it('says at its end that it has grown too large', async () => {
    const limited = (maxBytes: number) => text(csvStream(counted(3, '\u00e9\r\n').first, maxBytes, () => {}))
    expect(await limited(8)).toBe('\u00e9\r\n\u00e9\r\nCSV contains more than 8 bytes')
    expect(await limited(12)).toBe('\u00e9\r\n\u00e9\r\n\u00e9\r\n')
  })

  it('says at its end why a later page could not be read', async () => {
    const first: CsvPage = {
      lines: ['a\r\n'],
      next: async () => fail({ reason: 'sql', message: 'no such table: t' }),
    }
    expect(await text(csvStream(first, 0, () => {}))).toBe('a\r\nno such table: t')
  })

  it('breaks off when something here is broken', async () => {
    const first: CsvPage = { lines: ['a\r\n'], next: () => Promise.reject(new Error('a bug')) }
    await expect(text(csvStream(first, 0, () => {}))).rejects.toThrow('a bug')
  })
})
