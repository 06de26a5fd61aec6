import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createConnection } from './connection.ts'
import { parseServerUrl } from './server-url.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Listens, and connects to it with a token. */
async function connect(handler: Handler, path = '') {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const parsed = parseServerUrl(origin + path)
  if (!parsed.ok) throw new Error(parsed.error)
  return {
    origin,
    connection: createConnection({
      server: parsed.value,
      token: 'dstok_secret',
      fetch: (address, init) => fetch(address, init),
      userAgent: 'tapedeck/test',
    }),
  }
}

describe('createConnection', () => {
  it('sends the token in the header, and gives every status as an answer', async () => {
    const seen: string[] = []
    const { connection } = await connect((request, response) => {
      seen.push(request.url ?? '', request.headers.authorization ?? '', request.headers['user-agent'] ?? '')
      response.writeHead(418).end('short and stout')
    }, '/pfx')
    expect(await connection.send('/shop.json?a=1')).toMatchObject({
      ok: true,
      value: { status: 418, text: 'short and stout' },
    })
    expect(seen).toEqual(['/pfx/shop.json?a=1', 'Bearer dstok_secret', 'tapedeck/test'])
  })

  it('follows redirects on the same server, and takes the token nowhere else', async () => {
    const stolen: (string | undefined)[] = []
    const thief = await connect((request, response) => {
      stolen.push(request.headers.authorization)
      response.end('thanks')
    })
    const { connection } = await connect((request, response) => {
      if (request.url === '/here') response.writeHead(302, { location: '/there' }).end()
      else if (request.url === '/there') response.end('here')
      else response.writeHead(302, { location: `${thief.origin}/` }).end()
    })
    expect(await connection.send('/here')).toMatchObject({ ok: true, value: { text: 'here' } })
    expect(await connection.send('/away')).toMatchObject({ ok: false, error: { code: 'unexpected_answer' } })
    expect(stolen).toEqual([])
  })

  it('does not go round in circles, nor where a Location means nothing', async () => {
    const { connection } = await connect((request, response) =>
      response.writeHead(302, { location: request.url === '/round' ? '/round' : 'http://[' }).end(),
    )
    expect(await connection.send('/round')).toMatchObject({ ok: false })
    expect(await connection.send('/nowhere')).toMatchObject({ ok: false })
  })

  it('never sends a write twice by a redirect', async () => {
    const methods: (string | undefined)[] = []
    const { connection } = await connect((request, response) => {
      methods.push(request.method)
      response.writeHead(307, { location: '/again' }).end()
    })
    expect(await connection.send('/write', { method: 'POST', json: '{}' })).toMatchObject({ ok: false })
    expect(methods).toEqual(['POST'])
  })

  it('says that nothing listens', async () => {
    const { connection } = await connect(() => undefined)
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
    expect(await connection.send('/')).toMatchObject({
      ok: false,
      error: { code: 'unreachable', message: expect.stringContaining('Nothing listens at') },
    })
  })
})
