import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/tapedeck.js', import.meta.url))

/** A directory with a database, a configuration and an internal database, for one or more server processes. */
export type Site = { readonly directory: string; readonly arguments: readonly string[] }

/** A running `tapedeck serve`, started as a person would start it. */
export type ServerProcess = {
  /** Without a slash at the end. */
  readonly url: string
  readonly pid: number
  readonly rootLink: string | null
  /** What it has logged so far. */
  readonly log: () => string
  /** Ends the process at once, as a power cut would. */
  readonly kill: () => Promise<void>
  /** Asks the process to end and waits for it. */
  readonly stop: () => Promise<void>
}

/** What the servers sign with. */
export const SECRET = 'a secret for tests'

/** Makes a site with one database of this name. `config` is the content of its datasette.yaml. */
export function makeSite(name: string, sql: string, config: object = {}): Site {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-test-'))
  const file = join(directory, `${name}.db`)
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
  const configFile = join(directory, 'datasette.yaml')
  writeFileSync(configFile, JSON.stringify(config))
  return {
    directory,
    arguments: [file, '-c', configFile, '--internal', join(directory, 'internal.db'), '--secret', SECRET],
  }
}

/** Removes a site and its files. */
export function removeSite(site: Site): void {
  rmSync(site.directory, { recursive: true, force: true })
}

/** Starts a server for a site on a free port; resolves when it answers. */
export async function startProcess(site: Site, ...flags: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', ...site.arguments, '-p', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (text: Buffer) => (log = (log + text.toString()).slice(-20_000)))
  const ended = once(child, 'exit')
  const address = await readAddress(child.stdout, flags.includes('--root'))
  if (address === null) throw new Error(`the server ended before it told its address: ${log}`)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  return {
    ...address,
    pid: child.pid ?? 0,
    log: () => log,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

/** Runs a command for whoever runs the server of a site, in a process of its own, and gives what it printed. */
export function runCommand(site: Site, words: readonly string[]): string {
  return execFileSync(process.execPath, [PROGRAM, ...words, ...site.arguments], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function readAddress(output: NodeJS.ReadableStream, wantsRootLink: boolean) {
  let url: string | null = null
  for await (const line of createInterface({ input: output })) {
    url ??= /^Address: (\S+?)\/?$/u.exec(line)?.[1] ?? null
    const rootLink = /^\S+auth-token\?token=[0-9a-f]+$/u.exec(line)?.[0] ?? null
    if (url !== null && (rootLink !== null || !wantsRootLink)) return { url, rootLink }
  }
  return null
}
