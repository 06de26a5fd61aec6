import { createPublicFetch } from '../http/public-fetch.ts'
import type { AddressInfo } from 'node:net'
import { RootToken } from '../auth/root-token.ts'
import { systemClock } from '../clock.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Database } from '../database/database.ts'
import { openDatabases } from '../database/open-databases.ts'
import type { Network } from '../http/client-address.ts'
import type { Logger } from '../log.ts'
import type { ConfiguredPlugin } from '../plugins/define-plugin.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { systemRandom } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import type { PreviousSecret } from './activate.ts'
import { checkConfig } from './check-config.ts'
import { composeApp } from './compose.ts'
import { uploadTimeoutMs } from '../features/write/requests/upload-timeout.ts'
import { serverUrl } from './server-url.ts'
import { createHttpServer, type HttpServer } from './http-server.ts'
import { Uploads } from '../uploads/uploads.ts'
import { openInternalDatabase } from './internal-database.ts'

/** Everything that a server is made from, read and validated. */
export type StartInput = Omit<LoadedConfig<ConfiguredPlugin>, 'warnings'> & {
  readonly options: StartOptions
  readonly secret: string
  readonly previousSecret?: PreviousSecret | null
  /** The internal database; it may not exist yet. */
  readonly internalPath: string
  readonly log: Logger
  /** Whether this process does nothing else: the global `Request` and `Response` may then give way to cheaper ones. */
  readonly ownsProcess?: boolean
}

/** What to serve and where; the names are those of the command line (host.md §7.1). */
export type StartOptions = {
  readonly files: readonly string[]
  readonly immutables: readonly string[]
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly root: boolean
  readonly create: boolean
  readonly cors: boolean
  readonly defaultDeny: boolean
  readonly memory: boolean
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly Network[]
}

/** A server that answers requests. */
export interface RunningServer {
  /** Its address, base URL included. */
  readonly url: string
  /** The one-time link that signs in as root; null without `--root`. */
  readonly rootLink: string | null
  /** What of the configuration means nothing here, a sentence each. */
  readonly warnings: readonly string[]
  /** Takes no more requests, finishes those that run, and lets go of everything. */
  close(): Promise<void>
}

/** Starts a server, or tells every reason why it cannot, a sentence each. */
export async function startServer(input: StartInput): Promise<Result<RunningServer, readonly string[]>> {
  const { config, internalPath, log, options, plugins, previousSecret = null, secret, settings } = input
  const opened = openDatabases({
    ...options,
    readers: settings.num_sql_threads,
    cacheSizeKb: settings.cache_size_kb,
    log,
  })
  if (!opened.ok) return fail(opened.error.map((fault) => fault.message))
  const databases = opened.value

  const actions = [...CORE_ACTIONS, ...plugins.flatMap((plugin) => plugin.actions)]
  const report = checkConfig(config, {
    actions,
    databases,
    defaultAllowSql: settings.default_allow_sql,
    allowDownload: settings.allow_download,
  })
  if (report.faults.length > 0) {
    await databases.close()
    return fail(report.faults)
  }

  const store = await openInternalDatabase(internalPath, plugins, log)
  if (!store.ok) {
    await databases.close()
    return fail([store.error])
  }
  const letGo = async () => {
    await databases.close()
    await store.value.destroy()
  }

  const rootToken = new RootToken(systemRandom)
  const app = composeApp({
    databases,
    uploads: new Uploads(`${internalPath}.uploads`, systemRandom),
    store: store.value,
    config,
    settings,
    plugins,
    secret,
    previousSecret,
    rootToken,
    rootEnabled: options.root,
    defaultDeny: options.defaultDeny,
    cors: options.cors,
    trustedProxies: options.trustedProxies,
    clock: systemClock,
    random: systemRandom,
    fetch: (address, init) => fetch(address, init),
    fetchPublic: createPublicFetch(),
    log,
  })

  const warnings = await app.startup()
  const http = createHttpServer(app, {
    sqlTimeLimitMs: settings.sql_time_limit_ms,
    bodyTimeoutMs: uploadTimeoutMs(settings.max_bulk_body_bytes),
    ownsProcess: input.ownsProcess ?? false,
  })
  const address = await listen(http, options.port, options.host)
  if (!address.ok) {
    await letGo()
    return address
  }
  app.startUpkeep()
  const url = serverUrl(options.host, address.value.port, app.basePath)
  return ok({
    url,
    warnings: [...databases.list.flatMap(readOnlyWarning), ...report.warnings, ...warnings],
    rootLink: options.root ? `${url}-/auth-token?token=${rootToken.text}` : null,
    close: async () => {
      await new Promise((done) => http.close(done))
      await app.settle()
      await letGo()
    },
  })
}

function listen(
  http: HttpServer,
  port: number,
  host: string,
): Promise<Result<AddressInfo, readonly string[]>> {
  return new Promise((done) => {
    http.once('error', (error) => done(fail([listenProblem(error, port, host)])))
    http.listen(port, host, () => {
      const address = http.address()
      if (address === null || typeof address === 'string')
        throw new Error('listening on something without a port')
      done(ok(address))
    })
  })
}

function listenProblem(error: Error, port: number, host: string): string {
  switch ('code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use; stop what uses it, or choose another with --port`
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user; choose one above 1023 with --port`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine`
    default:
      return `The server cannot listen on ${host}, port ${port}: ${error.message}`
  }
}

function readOnlyWarning({ isMutable, isWritable, path }: Database): readonly string[] {
  if (!isMutable || isWritable) return []
  return [
    `${path} can be read, and not changed: this process may not write to the file, or not to its folder`,
  ]
}
