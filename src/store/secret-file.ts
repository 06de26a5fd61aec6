import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { randomHex, type Random } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import { privacyFault } from './private-mode.ts'
import { errorCode, type StateFault } from './state-fault.ts'

/**
 * The secret kept in a file: read when the file exists, else made once. Of any number of processes that make
 * it at the same time one wins, and all of them return the winner's. A file that others can read is refused
 * rather than repaired, since the secret in it may be known already.
 */
export function keepSecret(path: string, random: Random): Result<string, StateFault> {
  const found = readSecret(path)
  if (found !== null) return found

  const created = createSecret(path, random)
  if (!created.ok) return created
  return readSecret(path) ?? fail({ reason: 'cannot-read', path, code: 'ENOENT' })
}

/** The secret in the file; null when there is no file. */
function readSecret(path: string): Result<string, StateFault> | null {
  let file: number
  try {
    // Through a link that somebody else placed here, their secret would become ours.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    const code = errorCode(error)
    return code === 'ENOENT' ? null : fail({ reason: 'cannot-read', path, code })
  }
  try {
    const fault = privacyFault(path, fstatSync(file), '600')
    if (fault !== null) return fail(fault)

    const [, secret] = /^([0-9a-f]{64})\n?$/.exec(readFileSync(file, 'utf8')) ?? []
    return secret === undefined ? fail({ reason: 'not-a-secret', path }) : ok(secret)
  } catch (error) {
    return fail({ reason: 'cannot-read', path, code: errorCode(error) })
  } finally {
    closeSync(file)
  }
}

/**
 * Writes a new secret beside its place and links it there. The link succeeds for one process only and shows
 * nobody a file that is half written.
 */
function createSecret(path: string, random: Random): Result<void, StateFault> {
  const draft = `${path}.${randomHex(random, 8)}.new`
  try {
    writeDurably(draft, `${randomHex(random, 32)}\n`)
  } catch (error) {
    return fail({ reason: 'cannot-create', path, code: errorCode(error) })
  }
  try {
    linkSync(draft, path)
    return ok(undefined)
  } catch (error) {
    const code = errorCode(error)
    return code === 'EEXIST' ? ok(undefined) : fail({ reason: 'cannot-create', path, code })
  } finally {
    unlinkSync(draft)
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
