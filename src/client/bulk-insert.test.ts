import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { sendBulk, takesBulk } from './bulk-insert.ts'
import { createConnection } from './connection.ts'
import { parseServerUrl } from './server-url.ts'

let server: Server
afterEach(() => server.close())

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function connect(handler: Handler, token: string | null = 'dstok_test') {
  server = createServer(handler)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const parsed = parseServerUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  if (!parsed.ok) throw new Error(parsed.error)
  return createConnection({
    server: parsed.value,
    token,
    fetch: (address, init) => fetch(address, init),
    userAgent: 'tapedeck/test',
  })
}

const answer = (response: ServerResponse, status: number, json: object, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json))

describe('takesBulk', () => {
  it.each([
    [201, { ok: true, rows_received: 0 }, { ok: true, value: true }],
    [415, { ok: false, error: 'no' }, { ok: true, value: false }],
    [400, { ok: false, error: 'Invalid JSON' }, { ok: true, value: false }],
    [403, { ok: false, error: 'no' }, { ok: false, error: { code: 'not_allowed' } }],
  ])('reads a %i with %j', async (status, json, expected) => {
    const connection = await connect((request, response) => {
      request.resume()
      answer(response, status, json)
    })
    expect(await takesBulk(connection, '/a/b/-/insert')).toMatchObject(expected)
  })
})

it.each([401, 403])('takes a %i without a token for somebody who is not signed in', async (status) => {
  const connection = await connect((request, response) => {
    request.resume()
    answer(response, status, { ok: false, error: 'Permission denied' })
  }, null)
  const asked = await takesBulk(connection, '/a/b/-/insert')
  expect(asked).toMatchObject({ ok: false, error: { code: 'not_signed_in' } })
  expect(asked).toMatchObject({ error: { message: expect.stringMatching(/^You are not signed in to/) } })
})

it('names the address where nothing is', async () => {
  const connection = await connect((request, response) => {
    request.resume()
    answer(response, 404, { ok: false, error: 'Table not found' })
  })
  const asked = await takesBulk(connection, '/shop/nope/-/insert')
  expect(asked).toMatchObject({
    error: { message: `${connection.server.href} has nothing at /shop/nope/-/insert ("Table not found").` },
  })
})

describe('sendBulk', () => {
  async function send(handler: Handler) {
    const pauses: number[] = []
    const progress: (number | null)[] = []
    const connection = await connect(handler)
    async function* chunks() {
      yield Buffer.from('{"a": 1}\n')
      yield Buffer.from('{"a": 2}\n')
    }
    const result = await sendBulk(
      connection,
      '/shop/t/-/insert',
      { contentType: 'application/x-ndjson', chunks },
      {
        key: 'k',
        sleep: async (milliseconds) => pauses.push(milliseconds),
        onProgress: (sent) => progress.push(sent),
        signal: new AbortController().signal,
      },
    )
    return { result, pauses, progress }
  }

  it('sends all rows at once and says how far it is', async () => {
    const seen: unknown[] = []
    const { result, progress } = await send((request, response) => {
      seen.push(request.headers['content-type'], request.headers['idempotency-key'])
      void text(request).then((body) => {
        seen.push(body)
        return answer(response, 201, { ok: true, rows_received: 2 })
      })
    })
    expect(result).toEqual({ ok: true, value: 2 })
    expect(seen).toEqual(['application/x-ndjson', '"k"', '{"a": 1}\n{"a": 2}\n'])
    expect(progress).toEqual([9, 18, null])
  })

  it('sends the same request again, with the same key, when the server is busy or the connection breaks', async () => {
    const keys: unknown[] = []
    const { result, pauses } = await send((request, response) => {
      keys.push(request.headers['idempotency-key'])
      void text(request).then(() => {
        if (keys.length === 1)
          return answer(response, 503, { ok: false, error: 'busy' }, { 'retry-after': '7' })
        if (keys.length === 2) return request.socket.destroy()
        if (keys.length === 3)
          return answer(response, 409, { ok: false, error: 'running' }, { 'retry-after': '1' })
        return answer(response, 201, { ok: true, rows_received: 2 })
      })
    })
    expect(result).toEqual({ ok: true, value: 2 })
    expect(keys).toEqual(['"k"', '"k"', '"k"', '"k"'])
    expect(pauses).toEqual([7000, 2000, 4000])
  })

  it('says that the outcome is not known when no answer ever came', async () => {
    const { result, pauses } = await send(
      (request) => void text(request).then(() => request.socket.destroy()),
    )
    expect(pauses).toHaveLength(5)
    expect(result).toMatchObject({ ok: false, error: { code: 'connection_lost' } })
    expect(!result.ok && result.error.message).toContain('Whether the rows are in is not known')
  })

  it('does not send again what was refused', async () => {
    const { result, pauses } = await send((request, response) => {
      void text(request).then(() => answer(response, 400, { ok: false, error: 'Row 1 (line 1): bad' }))
    })
    expect(pauses).toEqual([])
    expect(!result.ok && result.error.message).toMatch(/Row 1 \(line 1\): bad.* No row was added\.$/u)
  })
})
