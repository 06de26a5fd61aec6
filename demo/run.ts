import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createSigner } from '../src/auth/signing.ts'
import { buildDatabase } from './build-database.ts'
import { findPort, startApp, startTapedeck, type Program, type Tapedeck } from './processes.ts'
import { visit } from './visit.ts'

/**
 * `npm run demo`: a Tapedeck with real data and an app that asks for two of its tables. With `--check` the demo
 * plays the person too, prints each step and fails when one goes wrong. Everything is gone when it ends.
 */
const directory = await mkdtemp(join(tmpdir(), 'tapedeck-demo-'))
const running: Program[] = []
const interrupted = new Promise<void>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => done())
})

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  await (values.check ? Promise.race([check(), failWhenInterrupted()]) : Promise.race([show(), interrupted]))
} catch (error) {
  console.error(`FAIL ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await Promise.all(running.map((program) => program.stop()))
  await rm(directory, { recursive: true, force: true })
  process.exit() // after Ctrl-C a program may still be about to start
}

/** For a person: starts both programs, says what to open, and waits for Ctrl-C. */
async function show(): Promise<void> {
  const { tapedeck, app } = await startBoth()
  console.log(`
1. Sign in to Tapedeck (the link works once):
   ${tapedeck.signInLink}
2. Open the app that wants two of your tables:
   ${app.base}/

Click Connect, untick the travel diary and press Authorize: the app shows cities and is refused the diary.
Ctrl-C stops both.`)
  await interrupted
}

/** Without a person: starts both programs and walks through the demo. */
async function check(): Promise<void> {
  const { tapedeck, app } = await startBoth()
  const report = (line: string) => console.log(`ok   ${line}`)
  await visit({ tapedeck: tapedeck.base, app: app.base, signInLink: tapedeck.signInLink, report })
}

async function failWhenInterrupted(): Promise<never> {
  await interrupted
  throw new Error('Interrupted before the last step.')
}

async function startBoth(): Promise<{ readonly tapedeck: Tapedeck; readonly app: Program }> {
  const database = join(directory, 'atlas.db')
  const counts = Object.entries(buildDatabase(database)).map(([table, rows]) => `${table} ${rows}`)
  console.log(`Built atlas.db: ${counts.join(', ')}`)

  const secret = randomBytes(32).toString('hex')
  const internal = join(directory, 'internal.db')
  const tapedeck = await startTapedeck({ database, internal, secret, port: await findPort(8001) })
  running.push(tapedeck)

  const port = await findPort(8002)
  const credentials = await register(tapedeck.base, secret, `http://localhost:${port}/callback`)
  const app = await startApp({ tapedeck: tapedeck.base, ...credentials, port })
  running.push(app)
  return { tapedeck, app }
}

/** Registers the example app the way root does on the page `/-/oauth/clients`, with root's cookie. */
async function register(
  base: string,
  secret: string,
  redirectUri: string,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const response = await fetch(`${base}/-/oauth/clients.json`, {
    method: 'POST',
    headers: { Cookie: `ds_actor=${createSigner(secret).sign({ a: { id: 'root' } }, 'actor')}` },
    body: new URLSearchParams({ client_name: 'Postcards', redirect_uri: redirectUri }),
  })
  if (!response.ok) throw new Error(`Registering the app: ${response.status} ${await response.text()}`)

  const Registered = z.object({ client_id: z.string(), client_secret: z.string() })
  const { client_id, client_secret } = Registered.parse(await response.json())
  return { clientId: client_id, clientSecret: client_secret }
}
