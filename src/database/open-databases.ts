import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Logger } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import {
  createEmpty,
  findFileFaults,
  hashFile,
  openFaultless,
  type FileOptions,
  type OpenFault,
} from './check-file.ts'
import type { Database } from './database.ts'
import { FileDatabase } from './file-database.ts'
import type { DatabaseFile } from './messages.ts'
import { openForServer } from './open-file.ts'
import { ReaderPool } from './pool.ts'
import { DatabaseWriter } from './writer.ts'

export type { OpenFault }

/** Which files to serve, and how. */
export type OpenOptions = FileOptions & {
  /** Adds the in-memory database `_memory`; it is there as well when no file is given. */
  readonly memory: boolean
  /** Queries that can run at the same time (setting `num_sql_threads`); below 1 counts as 1. */
  readonly readers: number
  /** SQLite's page cache per connection in KiB (setting `cache_size_kb`); 0 leaves SQLite's own. */
  readonly cacheSizeKb: number
  readonly log: Logger
}

/** The databases of a server. */
export interface Databases {
  /** In the order in which they were given; `_memory` first. */
  readonly list: readonly Database[]
  find(name: string): Database | null
  /** The processes that serve them: this one, and those that run SQL for it. */
  processes(): readonly ServerProcess[]
  /** Finishes the writes that were asked for, ends queries and all processes, and removes temporary files. */
  close(): Promise<void>
}

/** A process of this server. */
export type ServerProcess = { readonly name: string; readonly pid: number }

const MEMORY_NAME = '_memory'
const MAX_WAITING_QUERIES = 500
const MAX_WAITING_WRITES = 500
const MAX_WAITING_BYTES = 32 * 1024 * 1024
const WRITER_IDLE_MS = 60_000

type Opened = {
  readonly path: string | null
  readonly stem: string
  readonly file: DatabaseFile
  readonly handle: DatabaseSync
}

/**
 * Opens every file or none; each file that cannot be served has its own fault. Names are the file stems,
 * with `_2`, `_3` … where one is taken (host.md §7.1). Immutable files are read once from end to end for
 * their hash, so the start takes longer with large ones.
 */
export function openDatabases(options: OpenOptions): Result<Databases, readonly OpenFault[]> {
  const found = findFileFaults(options)
  if (found.length > 0) return fail(found)

  const wanted = [
    ...options.files.map((path) => ({ path, immutable: false })),
    ...options.immutables.map((path) => ({ path, immutable: true })),
  ]
  const opened: Opened[] = []
  for (const { path, immutable } of wanted) {
    const file: DatabaseFile = { path: resolve(path), immutable, cacheSizeKb: options.cacheSizeKb }
    const handle = openFaultless(path, file)
    if (!handle.ok) {
      for (const { handle: other } of opened) other.close()
      return fail([handle.error])
    }
    opened.push({ path, stem: parse(path).name, file, handle: handle.value })
  }

  const memory = options.memory || wanted.length === 0 ? openMemory(options.cacheSizeKb) : null
  return ok(new OpenDatabases(memory === null ? opened : [memory, ...opened], options))
}

/** The in-memory database is a temporary file, so that all processes see the same one. */
function openMemory(cacheSizeKb: number): Opened {
  const path = join(mkdtempSync(join(tmpdir(), 'tapedeck-')), 'memory.db')
  createEmpty(path)
  const file: DatabaseFile = { path, immutable: false, cacheSizeKb }
  return { path: null, stem: MEMORY_NAME, file, handle: openForServer(file) }
}

class OpenDatabases implements Databases {
  readonly list: readonly FileDatabase[]
  readonly #byName: ReadonlyMap<string, FileDatabase>
  readonly #pool: ReaderPool
  readonly #temporaryFolders: readonly string[]

  constructor(opened: readonly Opened[], { readers, log }: OpenOptions) {
    const pool = new ReaderPool({ size: Math.max(1, readers), maxWaiting: MAX_WAITING_QUERIES, log })
    const byName = new Map<string, FileDatabase>()
    for (const { path, stem, file, handle } of opened) {
      const name = freeName(stem, byName)
      const writerOptions = {
        idleMs: WRITER_IDLE_MS,
        maxWaiting: MAX_WAITING_WRITES,
        maxWaitingBytes: MAX_WAITING_BYTES,
        log,
      }
      const writer = file.immutable ? null : new DatabaseWriter(file, writerOptions)
      const hash = file.immutable ? hashFile(file.path) : null
      byName.set(name, new FileDatabase({ name, path, file, hash, handle, pool, writer }))
    }
    this.#pool = pool
    this.#byName = byName
    this.list = [...byName.values()]
    this.#temporaryFolders = opened
      .filter(({ path }) => path === null)
      .map(({ file }) => parse(file.path).dir)
  }

  find(name: string): FileDatabase | null {
    return this.#byName.get(name) ?? null
  }

  processes(): readonly ServerProcess[] {
    const writers = this.list.flatMap(({ name, writerPid }) =>
      writerPid === null ? [] : [{ name: `writer of ${name}`, pid: writerPid }],
    )
    const readers = this.#pool.pids().map((pid) => ({ name: 'reader', pid }))
    return [{ name: 'server', pid: process.pid }, ...readers, ...writers]
  }

  async close(): Promise<void> {
    // The log of a file is folded in by the last connection that may write: no reader may outlive it.
    await this.#pool.close()
    await Promise.all(this.list.map((database) => database.close()))
    for (const folder of this.#temporaryFolders) rmSync(folder, { recursive: true, force: true })
  }
}

function freeName(stem: string, taken: ReadonlyMap<string, unknown>): string {
  let name = stem
  for (let number = 2; taken.has(name); number += 1) name = `${stem}_${number}`
  return name
}
