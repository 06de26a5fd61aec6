import { readdirSync, rmSync } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HttpError } from '../http/http-error.ts'
import { randomHex, type Random } from '../random.ts'

/** Files for what clients send in bulk, until it is complete and can be written to a table: a slow client holds nobody up. */
export class Uploads {
  readonly #folder: string
  readonly #random: Random
  /** One entry for each upload that has a file: who sends it. */
  readonly #running: string[] = []

  /** `folder` is private to the server and its siblings; it need not exist. Files that ended servers left there are removed. */
  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
    for (const name of leftBehind(folder)) rmSync(join(folder, name), { force: true })
  }

  /** Begins an upload for somebody. It takes one of the few places only when there is something to write: who sends nothing holds nobody up. */
  begin(owner: string): Upload {
    const path = join(this.#folder, `${process.pid}-${randomHex(this.#random, 16)}.rows`)
    return new Upload(path, () => this.#open(owner, path))
  }

  /** Takes a place and makes the file. Throws a 503 when there is no place. */
  async #open(owner: string, path: string): Promise<OpenFile> {
    const own = this.#running.filter((other) => other === owner)
    if (this.#running.length >= MAX_UPLOADS || own.length >= MAX_UPLOADS_OF_ONE) {
      throw new HttpError(503, 'Too many uploads are running. Nothing was changed; try again in a moment.', {
        headers: { 'retry-after': '5' },
      })
    }
    this.#running.push(owner)
    const leave = () => void this.#running.splice(this.#running.indexOf(owner), 1)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      return { file: await open(path, 'wx', 0o600), leave }
    } catch (error) {
      leave()
      throw error
    }
  }
}

/** A file, and what gives its place back. */
type OpenFile = { readonly file: FileHandle; readonly leave: () => void }

/** Uploads that have a file at the same time, of all clients and of one. */
const MAX_UPLOADS = 4
const MAX_UPLOADS_OF_ONE = 2

/** Characters that are gathered before they are written. */
const WRITE_CHARACTERS = 256 * 1024

/** A file that is written once from beginning to end. */
export class Upload {
  readonly path: string
  readonly #open: () => Promise<OpenFile>
  #opened: OpenFile | null = null
  #held: string[] = []
  #heldCharacters = 0

  constructor(path: string, open: () => Promise<OpenFile>) {
    this.path = path
    this.#open = open
  }

  /** Adds text. Wait for it: that is what makes a client wait for the disk. */
  async add(text: string): Promise<void> {
    this.#held.push(text)
    this.#heldCharacters += text.length
    if (this.#heldCharacters >= WRITE_CHARACTERS) await this.flush()
  }

  /** Writes what is still held. The file can be read then. Throws a 503 when too many others have one, or the disk is full. */
  async flush(): Promise<void> {
    const text = this.#held.join('')
    this.#held = []
    this.#heldCharacters = 0
    try {
      this.#opened ??= await this.#open()
      await this.#opened.file.appendFile(text)
    } catch (cause) {
      if (!isFull(cause)) throw cause
      throw new HttpError(503, 'There is no room for this upload just now. Nothing was changed.', { cause })
    }
  }

  /** Ends the upload and removes its file. */
  async remove(): Promise<void> {
    if (this.#opened === null) return
    const { file, leave } = this.#opened
    try {
      await file.close()
      await rm(this.path, { force: true })
    } finally {
      leave()
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

/** The files of processes that run no more. A process that has the number of this one is an earlier one. */
function leftBehind(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => {
    const pid = Number(/^(\d+)-[0-9a-f]+\.rows$/u.exec(name)?.[1] ?? Number.NaN)
    return pid === process.pid || (Number.isSafeInteger(pid) && !isRunning(pid))
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process may not be asked, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
