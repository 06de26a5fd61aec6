import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { limitUntaken } from './untaken-answers.ts'

const ANSWER = new Uint8Array(32 * 1024 * 1024)

async function listen(maxBytes: number) {
  const server = createAdaptorServer({ overrideGlobalObjects: false, fetch: () => new Response(ANSWER) })
  limitUntaken(server, { maxBytes, checkEveryMs: 10 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    await once(server, 'close')
  })
  const peers: Socket[] = []
  server.on('connection', (socket: Socket) => peers.push(socket))
  return { port: (server.address() as AddressInfo).port, peers }
}

/** Asks without reading. */
function ask(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  onTestFinished(() => {
    socket.destroy()
  })
  return socket
}

it('closes connections until what lies here untaken is little enough', async () => {
  const { port, peers } = await listen(1.5 * ANSWER.length)
  const clients = [ask(port), ask(port), ask(port)]
  await expect.poll(() => peers.filter((peer) => peer.destroyed).length).toBe(2)
  clients.forEach((client) => client.resume())
  await expect.poll(() => peers.reduce((sum, peer) => sum + peer.writableLength, 0)).toBe(0)
  expect(peers.filter((peer) => !peer.destroyed).length).toBe(1)
})

it('closes nobody while there is room', async () => {
  const { port, peers } = await listen(3 * ANSWER.length)
  const client = ask(port)
  await expect.poll(() => peers[0]?.writableLength ?? 0).toBeGreaterThan(0)
  client.resume()
  await expect.poll(() => peers[0]?.writableLength).toBe(0)
  expect(peers[0]?.destroyed).toBe(false)
})
