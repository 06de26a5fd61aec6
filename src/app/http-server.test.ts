import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from './http-server.ts'

const QUICK = { headersMs: 100, silenceMs: 200, checkEveryMs: 20 }

const OPTIONS = { sqlTimeLimitMs: 0, bodyTimeoutMs: 200, ownsProcess: false }

let server: HttpServer
let answered: Promise<Response>
afterEach(() => new Promise((done) => server.close(done)))

/** Opens a connection to a server that answers every request with 64 MB. */
async function open(): Promise<Socket> {
  const answer = new Uint8Array(64 * 1024 * 1024)
  server = createHttpServer({ fetch: (request) => (answered = respond(request, answer)) }, OPTIONS, QUICK)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  return socket
}

async function respond(request: Request, answer: Uint8Array<ArrayBuffer>): Promise<Response> {
  await request.text()
  return new Response(answer)
}

describe('createHttpServer', () => {
  it('closes a connection whose request never ends', async () => {
    const socket = await open()
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc')
    socket.resume()
    await once(socket, 'close')
    await expect(answered).rejects.toThrow()
  })

  it('closes a connection whose answer is not read', async () => {
    const socket = await open()
    const gone = once(server, 'connection').then(([peer]: Socket[]) => peer && once(peer, 'close'))
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await gone
    socket.destroy()
  })
})
