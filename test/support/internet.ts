/** An outside network for tests: names that lead where a test says, and one real https server behind all public addresses. */
import { createServer, type Server } from 'node:https'
import type { RequestListener } from 'node:http'
import { connect as connectTls } from 'node:tls'
import type { OutsideNetwork } from '../../src/http/public-fetch.ts'
import { CERTIFICATE, KEY } from './certificate.ts'

/** A public address; its packets go to the server of the test. */
export const PUBLIC_ADDRESS = '93.184.215.14'

export type TestInternet = OutsideNetwork & {
  /** What names lead to, each look-up's answer in turn; the last one stays. `app.example` is public from the beginning. */
  readonly names: Map<string, string[][]>
  /** The names that were looked up, and the addresses to which connections were made. */
  readonly lookedUp: string[]
  readonly connectedTo: string[]
  /** What the server answers. */
  answer: RequestListener
  /** As it was at the beginning, but for `answer`. */
  reset(): void
  close(): Promise<void>
}

/** Starts the server and makes the network around it. */
export async function startInternet(answer: RequestListener): Promise<TestInternet> {
  const server: Server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) =>
    internet.answer(request, response),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0

  const internet: TestInternet = {
    names: new Map(),
    lookedUp: [],
    connectedTo: [],
    answer,
    resolve: async (hostname) => {
      internet.lookedUp.push(hostname)
      const answers = internet.names.get(hostname) ?? []
      const found = (answers.length > 1 ? answers.shift() : answers[0]) ?? []
      if (found.length === 0) throw new Error('no such name')
      return found
    },
    connect: (options) =>
      connectTls({
        ...options,
        ca: CERTIFICATE,
        port,
        // Whatever the program's own look-up lets through is where it connects to; here the packets go to the server.
        lookup: (hostname, asked, done) =>
          options.lookup?.(hostname, { ...asked, all: true }, (error, addresses) => {
            if (error !== null) return done(error, [])
            for (const { address } of Array.isArray(addresses) ? addresses : [])
              internet.connectedTo.push(address)
            return asked.all === true
              ? done(null, [{ address: '127.0.0.1', family: 4 }])
              : done(null, '127.0.0.1', 4)
          }),
      }),
    reset: () => {
      internet.names.clear()
      internet.names.set('app.example', [[PUBLIC_ADDRESS]])
      internet.lookedUp.length = 0
      internet.connectedTo.length = 0
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  internet.reset()
  return internet
}
