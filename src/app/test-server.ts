import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { formatActorCookie } from '../auth/actor-cookie.ts'
import type { Actor } from '../auth/actor.ts'
import { RootToken } from '../auth/root-token.ts'
import { createSigner, type Signer } from '../auth/signing.ts'
import type { EpochSeconds } from '../clock.ts'
import { formatConfigFault } from '../config/config-error.ts'
import { loadConfig } from '../config/load.ts'
import { openDatabases } from '../database/open-databases.ts'
import type { Fetch } from '../http/bounded-fetch.ts'
import { createPublicFetch, type OutsideNetwork } from '../http/public-fetch.ts'
import { parseNetwork } from '../http/client-address.ts'
import type { Plugin } from '../plugins/define-plugin.ts'
import { INCLUDED_PLUGINS } from '../plugins/included.ts'
import { systemRandom, type Random } from '../random.ts'
import type { Result } from '../result.ts'
import { openStore, type Store } from '../store/connect.ts'
import { migrateStore } from '../store/migrate.ts'
import { Uploads } from '../uploads/uploads.ts'
import { activatePlugins, type ActivateInput, type PreviousSecret } from './activate.ts'
import { composeApp } from './compose.ts'
import { HOST_MIGRATIONS } from './internal-database.ts'
import type { Route } from '../routing/route.ts'

export type TestServerOptions = {
  /** SQL by database name; each becomes a file. */
  readonly databases?: Readonly<Record<string, string>>
  /** Which of them are served as files that never change. */
  readonly immutable?: readonly string[]
  /** The content of `datasette.yaml`. */
  readonly config?: object
  /** The plugins to serve with; those that come with Tapedeck when left out. */
  readonly plugins?: readonly Plugin[]
  /** The internal database; in memory when left out. */
  readonly internalPath?: string
  readonly rootEnabled?: boolean
  readonly defaultDeny?: boolean
  readonly cors?: boolean
  /** What the server signs with; one of the tests' own when left out. */
  readonly secret?: string
  readonly previousSecret?: PreviousSecret
  /** Addresses and networks whose `X-Forwarded-For` is believed; none when left out. */
  readonly trustedProxies?: readonly string[]
  /** The moment at which the fake clock stands. */
  readonly now?: EpochSeconds
  readonly random?: Random
  /** The outside network; the real one when left out. */
  readonly fetch?: Fetch
  /** The same, for addresses that strangers name. */
  readonly internet?: OutsideNetwork
}

export type TestRequest = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Signed in by cookie as this actor. */
  readonly actor?: Actor
  /** Sent as bearer token. */
  readonly token?: string
  /** Sent as a form; POST unless `method` says otherwise. */
  readonly form?: Readonly<Record<string, string>> | URLSearchParams
  /** Sent as JSON; POST unless `method` says otherwise. */
  readonly json?: unknown
  /** Sent as it is; a stream arrives when its source says so. */
  readonly body?: string | ReadableStream<Uint8Array>
  /** The peer's network address. */
  readonly address?: string
}

/** A whole server inside the test, without a port: real files, real processes, a clock that only moves when told. */
export interface TestServer {
  request(path: string, request?: TestRequest): Promise<Response>
  readonly origin: string
  readonly routes: readonly Route[]
  /** What plugins warned of at the start. */
  readonly warnings: readonly string[]
  readonly signer: Signer
  readonly store: Store
  /** The database files, by name. */
  readonly files: Readonly<Record<string, string>>
  readonly rootToken: RootToken
  /** Where bulk bodies are gathered. */
  readonly uploadsFolder: string
  /** Runs a command of a plugin, as in a process of its own, and tells what it printed; throws what it refused. */
  command(...words: string[]): Promise<string>
  /** Everything that was logged, one JSON object a line. */
  log(): string
  now(): EpochSeconds
  /** Moves the clock forward. */
  advance(seconds: number): void
  /** Waits until plugins have heard of every event, as `close` does. */
  settle(): Promise<void>
  close(): Promise<void>
}

const TEST_SECRET = 'a secret for tests'
const ORIGIN = 'http://localhost:8001'

/** Starts a server for a test. Throws when the options would not let a real one start. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-test-'))
  const plugins = options.plugins ?? INCLUDED_PLUGINS
  let now = options.now ?? 1_800_000_000
  let logged = ''
  const log = pino({ level: 'info' }, { write: (line: string) => (logged += line) })

  const configFile = join(directory, 'datasette.yaml')
  writeFileSync(configFile, JSON.stringify(options.config ?? {}))
  const loaded = orThrow(
    loadConfig({ configFile, metadataFile: null, settings: [], plugins, env: process.env }),
    (faults) => faults.map(formatConfigFault).join('\n'),
  )
  const { config, settings } = loaded
  const files = Object.fromEntries(
    Object.entries(options.databases ?? {}).map(([name, sql]) => [name, makeFile(directory, name, sql)]),
  )
  const isImmutable = (name: string) => options.immutable?.includes(name) === true
  const filesThat = (wanted: (name: string) => boolean) =>
    Object.entries(files).flatMap(([name, file]) => (wanted(name) ? [file] : []))
  const databases = orThrow(
    openDatabases({
      files: filesThat((name) => !isImmutable(name)),
      immutables: filesThat(isImmutable),
      memory: false,
      create: false,
      readers: settings.num_sql_threads,
      cacheSizeKb: settings.cache_size_kb,
      log,
    }),
    (faults) => faults.map((fault) => fault.message).join('\n'),
  )
  const clock = { now: () => now }
  const store = orThrow(openStore(options.internalPath ?? ':memory:'), (fault) => fault.reason)
  orThrow(await migrateStore(store, [...HOST_MIGRATIONS, ...loaded.plugins], clock), (fault) => fault.reason)

  const signer = createSigner(options.secret ?? TEST_SECRET)
  const uploadsFolder = join(directory, 'uploads')
  const random = options.random ?? systemRandom
  const rootToken = new RootToken(random)
  const activation: ActivateInput = {
    store,
    config,
    settings,
    plugins: loaded.plugins,
    secret: options.secret ?? TEST_SECRET,
    previousSecret: options.previousSecret ?? null,
    rootEnabled: options.rootEnabled ?? false,
    defaultDeny: options.defaultDeny ?? false,
    clock,
    random,
    fetchPublic: createPublicFetch(options.internet),
    fetch: options.fetch ?? ((address, init) => fetch(address, init)),
    hasTable: () => false,
    log,
  }
  const app = composeApp({
    ...activation,
    databases,
    uploads: new Uploads(uploadsFolder, random),
    rootToken,
    cors: options.cors ?? false,
    trustedProxies: (options.trustedProxies ?? []).map((text) => {
      const network = parseNetwork(text)
      if (network === null) throw new Error(`${text} is no address and no network`)
      return network
    }),
  })

  const warnings = await app.startup()

  return {
    origin: ORIGIN,
    warnings,
    routes: app.routes,
    signer,
    store,
    files,
    rootToken,
    uploadsFolder,
    command: async (name, ...words) => {
      const command = plugins.flatMap(({ commands }) => commands).find((each) => each.name === name)
      if (command === undefined) throw new Error(`no plugin has the command ${name}`)
      const { run } = orThrow(command.parse(words), (fault) => fault)
      const printed: string[] = []
      const { host } = activatePlugins(activation)
      const done = await run({ host, address: `${ORIGIN}/`, print: (line) => printed.push(line) })
      orThrow(done, (fault) => fault)
      return printed.join('\n')
    },
    log: () => logged,
    now: () => now,
    advance: (seconds) => {
      now += seconds
    },
    request: (path, request = {}) =>
      app.fetch(buildRequest(signer, path, request), request.address ?? '127.0.0.1'),
    settle: () => app.settle(),
    close: async () => {
      await app.settle()
      await databases.close()
      await store.destroy()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function makeFile(directory: string, name: string, sql: string): string {
  const path = join(directory, `${name}.db`)
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  return path
}

function buildRequest(signer: Signer, path: string, request: TestRequest): Request {
  const headers = new Headers(request.headers)
  if (!headers.has('host')) headers.set('host', new URL(ORIGIN).host)
  if (request.actor !== undefined) {
    const cookie = `ds_actor=${formatActorCookie(signer, { actor: request.actor, sessionId: null }, null)}`
    headers.set('cookie', [headers.get('cookie'), cookie].filter((part) => part !== null).join('; '))
  }
  if (request.token !== undefined) headers.set('authorization', `Bearer ${request.token}`)
  const body = bodyOf(request, headers)
  const method = request.method ?? (body === null ? 'GET' : 'POST')
  return new Request(ORIGIN + path, { method, headers, body, duplex: 'half' })
}

function bodyOf(request: TestRequest, headers: Headers): NonNullable<TestRequest['body']> | null {
  if (request.form !== undefined) {
    headers.set('content-type', 'application/x-www-form-urlencoded')
    return new URLSearchParams(request.form).toString()
  }
  if (request.json !== undefined) {
    headers.set('content-type', 'application/json')
    return JSON.stringify(request.json)
  }
  return request.body ?? null
}

function orThrow<T, E>(result: Result<T, E>, explain: (error: E) => string): T {
  if (!result.ok) throw new Error(explain(result.error))
  return result.value
}
