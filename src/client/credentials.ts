import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochSeconds } from '../clock.ts'
import { randomHex, type Random } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import { failure, type ClientFailure } from './failure.ts'
import { fileProblem } from './file-problem.ts'

/** A token and the server that it is for. */
export type Credential = {
  /** As `parseServerUrl` writes it. */
  readonly server: string
  readonly token: string
  /** When it ends by itself; null when it does not. */
  readonly expiresAt: EpochSeconds | null
  readonly savedAt: EpochSeconds
}

const credentialSchema = z.object({
  server: z.string(),
  token: z.string(),
  expires_at: z.int().nullable(),
  saved_at: z.int(),
})

/**
 * Where the tokens of this user are kept: `$XDG_CONFIG_HOME/tapedeck/logins` or `~/.config/tapedeck/logins`,
 * `%APPDATA%\tapedeck\logins` on Windows.
 */
export function loginDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const windows = platform === 'win32' ? env['APPDATA'] : undefined
  const base = windows ?? (env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'))
  return join(base, 'tapedeck', 'logins')
}

/**
 * Tokens in files that only their owner can read, one file a server: logins at the same time cannot lose each other's.
 * A file that others can read is not used.
 */
export class CredentialStore {
  readonly directory: string
  readonly #random: Random

  constructor(directory: string, random: Random) {
    this.directory = directory
    this.#random = random
  }

  /** The credential for this server, or null. */
  find(server: string): Result<Credential | null, ClientFailure> {
    const file = this.fileOf(server)
    return existsSync(file) ? this.#read(file) : ok(null)
  }

  /** The credential that was saved last, or null. */
  findLatest(): Result<Credential | null, ClientFailure> {
    let latest: Credential | null = null
    for (const name of this.#names()) {
      const credential = this.#read(join(this.directory, name))
      if (!credential.ok) return credential
      if (latest === null || credential.value.savedAt >= latest.savedAt) latest = credential.value
    }
    return ok(latest)
  }

  /** Makes sure that a credential can be kept, before anybody is asked for one. */
  prepare(): Result<null, ClientFailure> {
    const file = join(this.directory, `.try-${randomHex(this.#random, 8)}`)
    return this.#attempt(this.directory, () => {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
      rmSync(file)
      return null
    })
  }

  /** Keeps a credential in place of an earlier one for its server: whole or not at all. */
  save(credential: Credential): Result<null, ClientFailure> {
    const { server, token, expiresAt, savedAt } = credential
    const file = this.fileOf(server)
    const beside = `${file}.${randomHex(this.#random, 8)}`
    const text = JSON.stringify({ server, token, expires_at: expiresAt, saved_at: savedAt }, null, 2)
    return this.#attempt(file, () => {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      writeFileSync(beside, `${text}\n`, { flag: 'wx', mode: 0o600 })
      renameSync(beside, file)
      return null
    })
  }

  /** Forgets the credential for this server. */
  forget(server: string): Result<null, ClientFailure> {
    const file = this.fileOf(server)
    return this.#attempt(file, () => {
      rmSync(file, { force: true })
      return null
    })
  }

  /** Where the credential for this server is kept. */
  fileOf(server: string): string {
    const name = new URL(server).host.replaceAll(/[^a-z0-9.-]/gu, '_')
    const mark = createHash('sha256').update(server).digest('hex').slice(0, 16)
    return join(this.directory, `${name}-${mark}.json`)
  }

  #names(): readonly string[] {
    return existsSync(this.directory)
      ? readdirSync(this.directory).filter((name) => name.endsWith('.json'))
      : []
  }

  #read(file: string): Result<Credential, ClientFailure> {
    const text = this.#attempt(file, () => {
      const { mode } = statSync(file)
      const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
      return isOpen ? null : readFileSync(file, 'utf8')
    })
    if (!text.ok) return text
    if (text.value === null) {
      return fail(
        failure('file', `Others can read ${file}, so it is not used. Close it: chmod 600 '${file}'`),
      )
    }
    const parsed = credentialSchema.safeParse(parseJson(text.value))
    if (!parsed.success) {
      return fail(failure('file', `${file} cannot be understood. Delete it and log in again.`))
    }
    const { server, token, expires_at: expiresAt, saved_at: savedAt } = parsed.data
    return ok({ server, token, expiresAt, savedAt })
  }

  #attempt<T>(file: string, action: () => T): Result<T, ClientFailure> {
    try {
      return ok(action())
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error
      return fail(failure('file', `${file} cannot be used: ${fileProblem(error.code)}.`))
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
