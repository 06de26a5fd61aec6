import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web app that people come back to. */
export type App = { readonly redirectUri: string; readonly close: () => void }

/** Starts an app at `localhost`: another site than 127.0.0.1 for a browser, so that a policy on form targets would stop it. */
export async function startApp(): Promise<App> {
  const server = createServer((_request, response) => response.end('<h1>Back at the app</h1>'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { redirectUri: `http://localhost:${port}/callback`, close: () => server.close() }
}
