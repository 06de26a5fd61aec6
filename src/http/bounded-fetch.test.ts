import { describe, expect, it } from 'vitest'
import { boundedFetch, readAtMost } from './bounded-fetch.ts'

describe('readAtMost', () => {
  it('stops reading an answer that is too long', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(1000))
      },
    })
    expect(await readAtMost(new Response(endless), 5000)).toBeNull()
    expect(pulled).toBeLessThan(10)
    expect(await readAtMost(new Response('abc'), 3)).toEqual(Buffer.from('abc'))
  })
})

describe('boundedFetch', () => {
  const limits = { timeoutMs: 1000, maxBytes: 10 }
  const request = { method: 'GET', headers: { accept: 'text/plain' }, body: undefined }

  it('follows no redirect and takes an answer that is too long for an empty one', async () => {
    const seen: RequestInit[] = []
    const send = boundedFetch(async (_address, init) => {
      seen.push(init)
      return new Response('x'.repeat(11), { status: 418 })
    }, limits)
    const answer = await send('https://a.example', request)
    expect([answer.status, await answer.text()]).toEqual([418, ''])
    expect(seen[0]).toMatchObject({ redirect: 'manual', method: 'GET', body: null })
    expect(seen[0]?.signal).toBeInstanceOf(AbortSignal)
  })

  it('keeps status and headers of an answer without a body', async () => {
    const send = boundedFetch(async () => new Response(null, { status: 304, headers: { etag: 'x' } }), limits)
    const answer = await send('https://a.example', request)
    expect([answer.status, answer.headers.get('etag')]).toEqual([304, 'x'])
  })
})
