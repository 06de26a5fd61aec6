import * as fc from 'fast-check'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FrameAssembler, formatFrameStart, FrameReader, writeFrameSync } from './frames.ts'

const MAX_BYTES = 1_000_000

const frame = (text: string, body: Uint8Array) =>
  Buffer.concat([formatFrameStart(text, body.byteLength), body])

describe('FrameAssembler', () => {
  it('puts frames together whatever the pieces', () => {
    const parts = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.uint8Array()), { maxLength: 5 })
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 40 }), (frames, pieceBytes) => {
        const bytes = Buffer.concat(frames.map(([text, body]) => frame(text, body)))
        const assembler = new FrameAssembler(MAX_BYTES)
        const got = []
        for (let at = 0; at < bytes.length; at += pieceBytes) {
          got.push(...(assembler.push(bytes.subarray(at, at + pieceBytes)) ?? []))
        }
        expect(got.map(({ text, body }) => [text, new Uint8Array(body)])).toEqual(frames)
      }),
    )
  })

  it('gives up on a frame that announces more bytes than allowed', () => {
    expect(new FrameAssembler(10).push(formatFrameStart('', 2))).not.toBeNull()
    expect(new FrameAssembler(10).push(formatFrameStart('', 4_000_000_000))).toBeNull()
  })
})

describe('FrameReader', () => {
  it('reads what writeFrameSync wrote, then null at the end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frames-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'frames')
    const out = openSync(path, 'w')
    writeFrameSync(out, 'größe', [])
    writeFrameSync(out, 'two', [Buffer.from('abc'), Buffer.from('def')])
    writeFrameSync(out, 'x'.repeat(20_000), [])
    writeFrameSync(out, 'last', [Buffer.alloc(200_000), Buffer.alloc(1)])
    closeSync(out)

    const fd = openSync(path, 'r')
    const frames = new FrameReader(fd)
    const texts = ['größe', 'two', 'x'.repeat(20_000), 'last', null]
    expect(texts.map(() => frames.nextText())).toEqual(texts)
    closeSync(fd)
  })
})
