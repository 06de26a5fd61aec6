import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import type { Random } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import { privacyFault } from './private-mode.ts'
import { keepSecret } from './secret-file.ts'
import { errorCode, type StateFault } from './state-fault.ts'

/** What decides where a server keeps its state. */
export type StateInput = {
  /** Every database file that is served, as given on the command line. */
  readonly databaseFiles: readonly string[]
  /** `--internal`; null for a place of our choice. */
  readonly internalFile: string | null
  /** The secret that was given; null for one that is made once and kept. */
  readonly secret: string | null
  /** Of which `XDG_STATE_HOME` and `HOME` count. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly random: Random
}

/** What a server needs to be the same server again after a restart. */
export type State = {
  /** What to tell people: the state directory, or the file of `--internal`. */
  readonly location: string
  readonly internalPath: string
  readonly secret: string
}

/**
 * Finds, or makes, the state of the server that serves these databases. A generated secret stands beside the
 * internal database, in `internal.db.secret`.
 */
export function openState(input: StateInput): Result<State, StateFault> {
  if (input.internalFile !== null) {
    const internalPath = resolve(input.internalFile)
    return openStateAt(internalPath, internalPath, input)
  }
  const directory = stateDirectory(input.databaseFiles, input.env)
  const made = makePrivateDirectory(directory)
  return made.ok ? openStateAt(directory, join(directory, 'internal.db'), input) : made
}

function openStateAt(location: string, internalPath: string, input: StateInput): Result<State, StateFault> {
  const identity = canonicalPath(internalPath)
  if (input.databaseFiles.some((file) => canonicalPath(file) === identity)) {
    return fail({ reason: 'internal-is-served', path: internalPath })
  }
  const secret = input.secret === null ? keepSecret(`${internalPath}.secret`, input.random) : ok(input.secret)
  return secret.ok ? ok({ location, internalPath, secret: secret.value }) : secret
}

/**
 * The state directory for a set of databases: the same for the same files, from whichever directory and in
 * whatever order they are given; another one for another set. Its name begins with the first file's.
 */
export function stateDirectory(databaseFiles: readonly string[], env: StateInput['env']): string {
  const paths = [...new Set(databaseFiles.map(canonicalPath))].sort()
  const [first] = paths
  const label = first === undefined ? 'memory' : basename(first, extname(first)).replaceAll(/[^\w-]+/g, '-')
  const hash = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16)
  return join(stateHome(env), 'tapedeck', `${label.slice(0, 40)}-${hash}`)
}

/** The XDG Base Directory Specification's `$XDG_STATE_HOME`, which only counts when it is an absolute path. */
function stateHome(env: StateInput['env']): string {
  const { XDG_STATE_HOME: chosen, HOME: home } = env
  if (chosen !== undefined && isAbsolute(chosen)) return chosen
  return join(home !== undefined && isAbsolute(home) ? home : homedir(), '.local', 'state')
}

/** A path without links, so that one file has one path. The file itself need not exist yet. */
function canonicalPath(file: string): string {
  const path = resolve(file)
  try {
    return realpathSync(path)
  } catch {
    const directory = dirname(path)
    return directory === path ? path : join(canonicalPath(directory), basename(path))
  }
}

function makePrivateDirectory(path: string): Result<void, StateFault> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const fault = privacyFault(path, lstatSync(path), '700')
    return fault === null ? ok(undefined) : fail(fault)
  } catch (error) {
    return fail({ reason: 'cannot-create', path, code: errorCode(error) })
  }
}
