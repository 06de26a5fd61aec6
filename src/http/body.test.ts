import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { boundedBody, readForm, readJson, readText } from './body.ts'
import { HttpError } from './http-error.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  new Request('http://site.test/', { method: 'POST', body, headers })

/** A body that arrives in pieces and does not say how long it is. */
function streamed(pieces: readonly string[]): {
  request: Request
  read: () => number
  wasCancelled: () => boolean
} {
  let next = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const piece = pieces[next]
        next += 1
        if (piece === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(piece))
      },
      cancel: () => {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const request = new Request('http://site.test/', { method: 'POST', body, duplex: 'half' })
  return { request, read: () => next, wasCancelled: () => cancelled }
}

async function refusalOf(reading: Promise<unknown>): Promise<{ status: number; message: string }> {
  const error = await reading.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HttpError)
  const { status, message } = error as HttpError
  return { status, message }
}

describe('readText', () => {
  it('reads a body of exactly the limit, and none longer', async () => {
    expect(await readText(post('äb'), 3)).toBe('äb')
    expect(await refusalOf(readText(post('äbc'), 3))).toEqual({
      status: 413,
      message: 'Request body exceeded maximum size of 3 bytes',
    })
  })

  it('reads a request without a body as empty', async () => {
    expect(await readText(new Request('http://site.test/', { method: 'POST' }), 3)).toBe('')
  })

  it('has no limit when it is 0', async () => {
    const long = 'x'.repeat(3_000_000)
    expect(await readText(post(long), 0)).toBe(long)
  })

  it('joins pieces, also within a character', async () => {
    const bytes = new TextEncoder().encode('zoë')
    const body = new ReadableStream({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
        controller.close()
      },
    })
    const request = new Request('http://site.test/', { method: 'POST', body, duplex: 'half' })
    expect(await readText(request, 100)).toBe('zoë')
  })

  it('stops reading as soon as the limit is passed', async () => {
    const { request, read, wasCancelled } = streamed(Array.from({ length: 100 }, () => 'xxxx'))
    expect((await refusalOf(readText(request, 10))).status).toBe(413)
    expect(read()).toBe(3)
    expect(wasCancelled()).toBe(true)
  })

  it('believes an announced length that is too large, without reading', async () => {
    const { request, read } = streamed(['x'])
    request.headers.set('content-length', '11')
    expect((await refusalOf(readText(request, 10))).status).toBe(413)
    expect(read()).toBe(0)
  })

  it('does not believe an announced length that is too small', async () => {
    const { request } = streamed(['xxxx', 'xxxx', 'xxxx'])
    request.headers.set('content-length', '1')
    expect((await refusalOf(readText(request, 10))).status).toBe(413)
  })

  it('reads a short body of an announced length without a stream', async () => {
    const whole = new TextEncoder().encode('zoë')
    const source = (length: number) => ({
      headers: new Headers({ 'content-length': String(length) }),
      body: streamed(['streamed']).request.body,
      arrayBuffer: async () => whole.buffer,
    })
    expect(await readText(source(4), 100)).toBe('zoë')
    expect(await readText(source(8193), 0)).toBe('streamed')
    // The length is counted all the same.
    expect((await refusalOf(readText(source(2), 3))).status).toBe(413)
  })

  it('tells of a short body that did not arrive whole as of a bad request', async () => {
    const source = {
      headers: new Headers({ 'content-length': '4' }),
      body: null,
      arrayBuffer: () => Promise.reject(new Error('aborted')),
    }
    expect(await refusalOf(readText(source, 100))).toEqual({
      status: 400,
      message: 'The request body did not arrive whole',
    })
  })

  it('refuses what is not UTF-8', async () => {
    expect(await refusalOf(readText(post(new Uint8Array([0x61, 0xff])), 10))).toEqual({
      status: 400,
      message: 'Request body is not valid UTF-8',
    })
  })
})

describe('readJson', () => {
  it('reads any JSON, whatever the content type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(await readJson(post(text, { 'content-type': 'text/plain' }), 0))).toBe(text)
      }),
    )
  })

  it.each(['', '{', "{'a': 1}", 'NaN', '{"a":1}x', '[1,]'])('refuses %j', async (text) => {
    const refusal = await refusalOf(readJson(post(text), 100))
    expect(refusal.status).toBe(400)
    expect(refusal.message).toMatch(/^Invalid JSON: ./u)
  })
})

describe('readForm', () => {
  it('reads fields, repeated ones too', async () => {
    const form = await readForm(post('a=1&b=x+y%26&a=2', FORM), 100)
    expect([...form]).toEqual([
      ['a', '1'],
      ['b', 'x y&'],
      ['a', '2'],
    ])
  })

  it('reads a content type with parameters in any case', async () => {
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
    expect((await readForm(post('a=1', headers), 100)).get('a')).toBe('1')
  })

  it.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain'])(
    'finds no fields in a body of type %s',
    async (contentType) => {
      expect((await readForm(post('a=1', { 'content-type': contentType }), 100)).size).toBe(0)
    },
  )

  it('refuses a form over the limit', async () => {
    expect((await refusalOf(readForm(post('a=12345', FORM), 3))).status).toBe(413)
  })
})

describe('boundedBody', () => {
  const limits = { maxBytes: 0, timeoutMs: 1000 }
  const all = async (body: AsyncIterable<Uint8Array>) => {
    const chunks: string[] = []
    for await (const chunk of body) chunks.push(Buffer.from(chunk).toString())
    return chunks
  }

  it('passes on what arrives', async () => {
    expect(await all(boundedBody(streamed(['a', 'b']).request, limits))).toEqual(['a', 'b'])
  })

  it('refuses a body that takes too long, and reads no further', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 400))
    onTestFinished(() => void vi.restoreAllMocks())
    const { request, wasCancelled } = streamed(['a', 'b', 'c', 'd', 'e'])
    expect((await refusalOf(all(boundedBody(request, limits)))).status).toBe(408)
    expect(wasCancelled()).toBe(true)
  })

  it('gives time for what has arrived at a speed, and to nobody slower', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 400))
    onTestFinished(() => void vi.restoreAllMocks())
    const pace = { ...limits, bytesPerSecond: 10 }
    const quick = Array.from({ length: 20 }, () => '12345')
    expect(await all(boundedBody(streamed(quick).request, pace))).toEqual(quick)
    const slow = streamed(Array.from({ length: 20 }, () => '1'))
    expect((await refusalOf(all(boundedBody(slow.request, pace)))).status).toBe(408)
    expect(slow.read()).toBeLessThan(8)
    expect(slow.wasCancelled()).toBe(true)
  })

  it('tells of a connection that broke as of a bad request', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a')
      throw new Error('aborted')
    }
    const source = { headers: new Headers(), body: broken() }
    expect(await refusalOf(all(boundedBody(source, limits)))).toEqual({
      status: 400,
      message: 'The request body did not arrive whole',
    })
  })
})
