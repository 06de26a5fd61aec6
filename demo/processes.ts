import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The two programs that the demo runs: a Tapedeck with the demo's data, and the app that asks it for access. */
const root = fileURLToPath(new URL('../', import.meta.url))

/** Longest time that a program may take to be ready. */
const START_TIMEOUT_MS = 30_000

/** Time that a program gets to end by itself. */
const STOP_TIMEOUT_MS = 5_000

export type Program = {
  /** The address, without a slash at the end. */
  readonly base: string
  /** Everything that it has printed so far. */
  readonly output: () => string
  /** Ends it. Resolves when it has ended. */
  readonly stop: () => Promise<void>
}

/** Tapedeck, and the link with which the first who opens it signs in as root. */
export type Tapedeck = Program & { readonly signInLink: string }

/** Starts Tapedeck on a database file. */
export async function startTapedeck(options: {
  readonly database: string
  readonly internal: string
  readonly secret: string
  readonly port: number
}): Promise<Tapedeck> {
  const config = `${root}demo/datasette.yaml`
  const args = [`${root}bin/tapedeck.js`, 'serve', options.database, '-c', config, '--root']
  args.push('-p', String(options.port), '--internal', options.internal)
  // The secret goes through the environment: arguments can be read by every user of the machine.
  const program = start(args, { DATASETTE_SECRET: options.secret }, `http://127.0.0.1:${options.port}`)
  const signInLink = await printed(program, /^http\S+\/-\/auth-token\?token=\S+(?=\n)/m)
  return { ...program, signInLink }
}

/** Starts the example app against a Tapedeck, with the credentials that it was registered with. */
export async function startApp(options: {
  readonly tapedeck: string
  readonly clientId: string
  readonly clientSecret: string
  readonly port: number
}): Promise<Program> {
  const env = {
    TAPEDECK_URL: options.tapedeck,
    CLIENT_ID: options.clientId,
    CLIENT_SECRET: options.clientSecret,
    PORT: String(options.port),
  }
  // `localhost` and not 127.0.0.1: browsers keep cookies by host and ignore the port, and an app on another
  // machine would never see Tapedeck's cookies either.
  const program = start([`${root}examples/third-party-app/app.ts`], env, `http://localhost:${options.port}`)
  await printed(program, /listens on/)
  return program
}

/** Finds a port on this machine: the wanted one, or any free one when it is taken. */
export async function findPort(wanted: number): Promise<number> {
  const port = (await tryPort(wanted)) ?? (await tryPort(0))
  if (port === null) throw new Error('There is no free port on this machine.')
  return port
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(null))
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : null))
    })
  })
}

type Started = Program & { readonly child: ChildProcess }

function start(args: readonly string[], env: Readonly<Record<string, string>>, base: string): Started {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  process.once('exit', () => child.kill())
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return { child, base, output: () => output, stop: () => stop(child) }
}

/** Waits until a program has printed this, which it does when it is ready, and gives the text that matches. */
async function printed(program: Started, wanted: RegExp): Promise<string> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (program.child.exitCode === null && Date.now() < deadline) {
    const found = wanted.exec(program.output())
    if (found !== null) return found[0]
    await new Promise((done) => setTimeout(done, 50))
  }
  await program.stop()
  throw new Error(`${program.base} did not start:\n${program.output()}`)
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      done()
    })
    child.kill('SIGTERM')
  })
}
